"""Which field takes which scope of a partner: the table of scopes, written out once more by field."""

from domain.partner import PartnerScope

CUSTOMERS, COLLABORATIONS, EVENTS = PartnerScope.CUSTOMERS_READ, PartnerScope.COLLABORATIONS_READ, PartnerScope.EVENTS_READ
LAW: dict[PartnerScope, set[str]] = {
    CUSTOMERS: {
        "Query.customer", "Query.customers", "Query.task", "Query.tasks", "Customer.tasks", "Task.customer",
        "Collaboration.customer", "Collaboration.task", "ActivationPreview.selectableTasks",
    },
    COLLABORATIONS: {
        "Query.collaboration", "Query.collaborations", "Query.collaborationCounts", "Query.activationPreview",
        "Customer.collaborations", "Customer.collaborationServices", "Task.collaborations", "Company.collaborations",
        "CollaborationService.collaboration", "CollaborationService.preview", "ActivationPreview.openCollaboration",
        "Collaboration.previous", "CollaborationEvent.collaboration", "Evidence.collaboration",
        "Approval.evidence", "TermsAcceptance.evidence",
    },
    EVENTS: {
        "Query.collaborationEvents", "Collaboration.events",
        "Subscription.collaborationStatusChanged", "Subscription.collaborationApproved",
    },
}  # fmt: skip
