"""What the requests must say, by customer and language (domain.md section 3), and how to read them."""

from html.parser import HTMLParser

from delivery.letter import Letter
from domain import calendar_day
from domain.collaboration import Collaboration

MONTHS = [
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
]
ENGLISH_MONTHS = [
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
]


# By customer and language: what the table in domain.md section 3 has the mail say, and what would be wrong to say there.
SAID = {
    ("Alfa AB", "sv"): (
        "Nordbyrån vill samarbeta med Alfa AB i Visma Scanner",
        "Hej Cleo Falk!",
        "Nordbyrån bjuder in Alfa AB att samarbeta i Visma Scanner, som ni redan använder.",
        "Innan samarbetet kan börja behöver du godkänna det.",
        "Det här godkänner du: samarbetet",
        "Betalar för tjänsten: Alfa AB",
        "Ert eget abonnemang fortsätter precis som förut, och Alfa AB betalar för det.",
        "I båda fallen fortsätter ert abonnemang som vanligt.",
    ),
    ("Alfa AB", "en"): (
        "Nordbyrån would like to collaborate with Alfa AB in Visma Scanner",
        "Hello Cleo Falk,",
        "Nordbyrån invites Alfa AB to collaborate in Visma Scanner, which you already use.",
        "Before the collaboration can start, you need to approve it.",
        "What you approve: the collaboration",
        "Pays for the service: Alfa AB",
        "Your own subscription goes on exactly as before, and Alfa AB pays for it.",
        "Either way your subscription goes on as usual.",
    ),
    ("Beta AB", "sv"): (
        "Nordbyrån vill samarbeta med Beta AB i Visma Scanner",
        "Hej Bea Bok!",
        "Nordbyrån bjuder in Beta AB att samarbeta i tjänsten Visma Scanner.",
        "Nordbyrån har aktiverat Visma Scanner för er, så att ni kan börja så snart du har godkänt.",
        "Det här godkänner du: samarbetet",
        "Betalar för tjänsten: Nordbyrån",
        "Abonnemanget på Visma Scanner börjar gälla, och Nordbyrån betalar för det. Ingenting kostar något innan du har godkänt.",
        "I båda fallen tas det som har förberetts bort, och det kostar er ingenting.",
    ),
    ("Beta AB", "en"): (
        "Nordbyrån would like to collaborate with Beta AB in Visma Scanner",
        "Hello Bea Bok,",
        "Nordbyrån invites Beta AB to collaborate in the service Visma Scanner.",
        "Nordbyrån has activated Visma Scanner for you, so that you can start as soon as you have approved.",
        "What you approve: the collaboration",
        "Pays for the service: Nordbyrån",
        "The subscription to Visma Scanner starts, and Nordbyrån pays for it. Nothing costs anything until you have approved.",
        "Either way what was prepared is removed, and it costs you nothing.",
    ),
    ("Gamma AB", "sv"): (
        "Nordbyrån har aktiverat Visma Scanner för Gamma AB: godkänn villkoren",
        "Hej Gun Grå!",
        "Nordbyrån har aktiverat tjänsten Visma Scanner för Gamma AB, så att ni kan samarbeta i den.",
        "Nordbyrån har också gjort dig till administratör för Gamma AB, så att du kan svara för företaget.",
        "Innan ni kan börja behöver du läsa och godkänna villkoren för Visma Scanner.",
        "Det här godkänner du: villkoren för Visma Scanner och samarbetet",
        "Betalar för tjänsten: Nordbyrån",
        "Abonnemanget på Visma Scanner börjar gälla, och Nordbyrån betalar för det. Ingenting kostar något innan du har godkänt.",
        "I båda fallen tas det som har förberetts bort, och det kostar er ingenting.",
    ),
    ("Gamma AB", "en"): (
        "Nordbyrån has activated Visma Scanner for Gamma AB: please approve the terms",
        "Hello Gun Grå,",
        "Nordbyrån has activated the service Visma Scanner for Gamma AB, so that you can collaborate in it.",
        "Nordbyrån has also made you an administrator of Gamma AB, so you can answer for the company.",
        "Before you can start, you need to read and approve the terms and conditions of Visma Scanner.",
        "What you approve: the terms and conditions of Visma Scanner and the collaboration",
        "Pays for the service: Nordbyrån",
        "The subscription to Visma Scanner starts, and Nordbyrån pays for it. Nothing costs anything until you have approved.",
        "Either way what was prepared is removed, and it costs you nothing.",
    ),
}
NEVER = {
    "Alfa AB": r"villkor|terms|har aktiverat|has activated|gjort dig|made you|kostar|costs",
    "Beta AB": r"villkor|terms|gjort dig|made you|redan använder|already use",
    "Gamma AB": r"redan använder|already use|bjuder in|invites",
}
ALWAYS = {
    "sv": (
        "Skickat av: Anna Ek",
        "Uppdrag: Bokföring",
        "Anna Ek hälsar: > Hör av dig! > /Anna",
        "arbetar då tillsammans i Visma Scanner och ser samma uppgifter där.",
        "På byrån får de medarbetare tillgång som arbetar med uppdraget Bokföring.",
        "Öppna länken och välj Avböj. Du behöver inte ge något skäl.",
        "Svarar du inte senast {deadline} slutar förfrågan att gälla.",
        "Länken är personlig",
        "Hälsningar från Nordbyrån genom Samarbete.",
    ),
    "en": (
        "Sent by: Anna Ek",
        "Task: Bokföring",
        "A message from Anna Ek: > Hör av dig! > /Anna",
        "then work together in Visma Scanner and see the same data there.",
        "At the office, the advisors who work on the task Bokföring get access.",
        "Open the link and choose Decline. You need not give a reason. If you do not answer by {deadline}, the request lapses.",
        "The link is personal",
        "Kind regards from Nordbyrån through Samarbete.",
    ),
}


class Text(HTMLParser):
    """The words and links of a page, and whether every element that was opened was closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links.extend(value or "" for name, value in attrs if name in {"href", "src"})
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def forms(written: Letter) -> list[str]:
    """Return the letter's text and its HTML's words, each on one line."""
    page = Text(written.html)
    assert page.open == []
    return [" ".join(words.split()) for words in (written.text, " ".join(page.words))]


def deadline(known: Collaboration, language: str) -> str:
    """Say until when a request can be answered."""
    end = known.expires_at.astimezone(calendar_day.STOCKHOLM)
    if language == "sv":
        return f"{end.day} {MONTHS[end.month - 1]} {end.year} kl. {end.hour:02}.{end.minute:02}"
    return f"{end.day} {ENGLISH_MONTHS[end.month - 1]} {end.year} at {end.hour:02}:{end.minute:02}"
