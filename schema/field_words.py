"""What people call the fields of inputs, in Swedish and English."""

from collections.abc import Mapping

# Swedish first.
VALUE: tuple[str, str] = ("ett värde", "a value")
# What people call the fields of inputs.
FIELDS: Mapping[str, tuple[str, str]] = {
    "name": ("namnet", "the name"),
    "organisationNumber": ("organisationsnumret", "the organisation number"),
    "companyForm": ("företagsformen", "the company form"),
    "customerNumber": ("kundnumret", "the customer number"),
    "contacts": ("kontakterna", "the contacts"),
    "items": ("listan", "the list"),
    "rows": ("listan", "the list"),
    "isMain": ("huvudkontakten", "the main contact"),
    "email": ("e-postadressen", "the e-mail address"),
    "phone": ("telefonnumret", "the phone number"),
    "language": ("språket", "the language"),
    "street": ("gatuadressen", "the street"),
    "postalCode": ("postnumret", "the postal code"),
    "city": ("orten", "the city"),
    "country": ("landet", "the country"),
    "type": ("uppdragets typ", "the type of the task"),
    "period": ("perioden", "the period"),
    "ownerId": ("ansvarig medarbetare", "the owner"),
    "participantIds": ("deltagarna", "the participants"),
    "active": ("uppgiften om uppdraget är aktivt", "whether the task is active"),
    "message": ("meddelandet", "the message"),
    "reason": ("skälet", "the reason"),
    "search": ("sökningen", "the search"),
    "acceptedTerms": ("villkoren", "the terms"),
    "termsId": ("villkoren", "the terms"),
    "scopes": ("behörigheterna", "the scopes"),
    "expiresAt": ("sista tidpunkten", "the moment of expiry"),
    "partnerId": ("partnern", "the partner"),
    "secret": ("länken", "the link"),
    "side": ("sidan", "the side"),
    "companyId": ("företaget", "the company"),
    "on": ("sista dagen", "the last day"),
    "idempotencyKey": ("nyckeln för upprepning", "the idempotency key"),
}
