"""Inputs that events of tickets share: written once, so that a form, an option and a schema never disagree.

It must not judge them (``validation.py`` and the guards do) nor know which event asks for which.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from noc_console.i18n import N_
from noc_console.workflows.fields import Field, Kind
from noc_console.workflows.policy_values import APPROVERS, DOMAINS, FUNCTIONS, INTERRUPTS, LEVELS

#: How people reach each other during a ticket; the ways in are the policy's ``channels``.
VOICE: Final = frozenset({"phone", "hotline", "on_site"})
WRITTEN: Final = frozenset({"sms", "email", "chat", "portal", "letter"})
CONTACT_CHANNELS: Final = ("phone", "hotline", "on_site", "sms", "email", "chat", "portal", "letter", "other")

REQUESTER_TYPES: Final = ("internal", "enterprise", "individual", "partner", "monitoring", "unknown")
REQUEST_TYPES: Final = ("consultation", "change", "performance", "version", "document")
LINK_TYPES: Final = ("parent", "child", "duplicate", "caused_by", "follows", "follow_up")
#: R21: what a ticket number is not given without, where somebody is there to be asked.
R21_FIELDS: Final = ("symptom", "occurred_at", "scope", "contact")


def required(field: Field) -> Field:
    """Return the same field, required."""
    return replace(field, required=True)


CHANNEL = Field(
    "channel", Kind.CHOICE, N_("Channel"), N_("How the matter came in"), required=True, options_from="channels"
)
SUBJECT = Field("subject", Kind.TEXT, N_("Subject"), N_("One line"), required=True, pii=True, max_length=300)
SUBJECT_OPTIONAL = replace(SUBJECT, required=False)
SYMPTOM = Field("symptom", Kind.PROSE, N_("Symptom"), N_("In the customer's own words"), pii=True)
OCCURRED_AT = Field("occurred_at", Kind.INSTANT, N_("Since when"), N_("When it was first noticed"), past=True)
SCOPE = Field("scope", Kind.PROSE, N_("Scope"), N_("Users, sites and services affected"), pii=True)
CONTACT = Field("contact", Kind.TEXT, N_("Contact"), N_("Phone number or address"), pii=True, max_length=320)
DOMAIN = Field("domain", Kind.CHOICE, N_("Domain"), choices=DOMAINS)
GRADE = Field("grade", Kind.CHOICE, N_("Grade"), N_("Or give impact and urgency"), options_from="grades")
IMPACT = Field("impact", Kind.CHOICE, N_("Impact"), choices=LEVELS)
URGENCY = Field("urgency", Kind.CHOICE, N_("Urgency"), choices=LEVELS)
URGENT = Field("urgent", Kind.YESNO, N_("Urgent"), N_("Forces grade P1"), default=False)
EMERGENCY = Field(
    "emergency",
    Kind.YESNO,
    N_("Emergency entry"),
    N_("Register now, complete the fields within minutes"),
    default=False,
)
USERS_AFFECTED = Field("users_affected", Kind.NUMBER, N_("Users affected"), minimum=0)
SERVICE_AFFECTING = Field("service_affecting", Kind.CHOICE, N_("Service affecting"), choices=INTERRUPTS)
OBJECTS = Field(
    "objects", Kind.TEXT, N_("Objects"), N_("type:id, such as circuit:HZ-JX-0042"), pii=True, many=True, max_length=200
)
REQUESTER = Field("requester", Kind.TEXT, N_("Requester"), N_("Name"), pii=True, max_length=200)
REQUESTER_TYPE = Field("requester_type", Kind.CHOICE, N_("Requester type"), choices=REQUESTER_TYPES)
ORGANISATION = Field("organisation", Kind.TEXT, N_("Organisation"), pii=True, max_length=200)
CONTRACT = Field("contract", Kind.TEXT, N_("Contract"), pii=True, max_length=100)
LANGUAGE = Field("language", Kind.CHOICE, N_("Language"), N_("Preferred by the customer"), choices=("zh", "en"))
FOLLOWS = Field("follows", Kind.REFERENCE, N_("Follows"), N_("The earlier ticket that this one continues"))
PARENT = Field("parent", Kind.REFERENCE, N_("Parent"), N_("The ticket of the mass fault that this one belongs to"))
RECEIVED_AT = Field("received_at", Kind.INSTANT, N_("Received"), past=True, asked=False)
#: What the fields of R21 and the instants of a ticket are called, for reasons that name several.
LABEL_OF: Final = {field.name: field.label for field in (SYMPTOM, OCCURRED_AT, SCOPE, CONTACT, DOMAIN)} | {
    "created_at": N_("Queued"),
    "registered_at": N_("Registered"),
    "started_at": N_("Diagnosis begun"),
    "restored_at": N_("Restored at"),
    "executed_at": N_("Executed at"),
    "feedback_at": N_("Told the result"),
    "closed_at": N_("Closed"),
}
SOURCE_CHANNEL = Field("source_channel", Kind.TEXT, N_("Source"), asked=False, max_length=40)
EXTERNAL_ID = Field("external_id", Kind.TEXT, N_("External id"), asked=False, max_length=400)
FINGERPRINT = Field("fingerprint", Kind.TEXT, N_("Fingerprint"), asked=False, max_length=400)
ALARM_KEY = Field("alarm_key", Kind.TEXT, N_("Folded by"), asked=False, max_length=400)

WHY = Field("why", Kind.PROSE, N_("Why"), pii=True)
NOTE_TEXT = Field("text", Kind.PROSE, N_("Text"), required=True, pii=True)
COMMENT = Field("comment", Kind.PROSE, N_("Comment"), pii=True)
CONTACTED = Field(
    "contacted", Kind.YESNO, N_("Customer contacted"), N_("A person has spoken or written to them"), default=False
)
HOLD_FOR = Field(
    "hold_for", Kind.DURATION, N_("Hold for"), N_("The claim ends by itself after this time"), minimum=60, unit="s"
)
TO_PERSON = Field("to", Kind.PERSON, N_("To whom"), required=True)
CONTACT_CHANNEL = Field("channel", Kind.CHOICE, N_("Channel"), required=True, choices=CONTACT_CHANNELS)
TO_WHOM = Field("to", Kind.TEXT, N_("Recipient"), N_("Empty for the requester"), pii=True, max_length=320)
SENT = Field(
    "sent",
    Kind.CHOICE,
    N_("Sent"),
    N_("A written channel goes to the outbox, unless it was done by hand"),
    choices=("by_us", "by_hand"),
)
NEXT_NEWS_AT = Field(
    "next_news_at", Kind.INSTANT, N_("Next news at"), N_("Empty for the interval of the grade"), ahead=True
)
CHILDREN = Field("children", Kind.YESNO, N_("Also for its children"), default=True)

CAUSE_CODE = Field("cause_code", Kind.TEXT, N_("Cause code"), N_("Such as TX-FIBRE-CUT, or X-NFF"), max_length=60)
LOCATION = Field("location", Kind.PROSE, N_("Location"), required=True, pii=True)
EVIDENCE = Field("evidence", Kind.PROSE, N_("Evidence"), N_("Measurements and what they show"), required=True, pii=True)
FROM_RUN = Field(
    "from_run", Kind.TEXT, N_("From diagnosis"), N_("Its finished run gives what is left out"), max_length=60
)
FREE_REASON = Field(
    "free_reason", Kind.PROSE, N_("Why no guided diagnosis"), N_("Where no diagnosis run was finished"), pii=True
)
PLAN = Field("plan", Kind.PROSE, N_("Plan"), required=True, pii=True)
INTERRUPTS_FIELD = Field(
    "interrupts", Kind.CHOICE, N_("Interrupts"), N_("Beyond the present outage"), required=True, choices=INTERRUPTS
)
BACKOUT = Field("backout", Kind.PROSE, N_("Way back"), N_("How the act is undone"), required=True, pii=True)
RESTORE_FIRST = Field(
    "restore_first", Kind.YESNO, N_("Restore first"), N_("Restore before the fault is located"), default=False
)
REMEDY = Field("remedy", Kind.CHOICE, N_("Pre-approved remedy"), options_from="preapproved")
APPROVE_HOW = Field("how", Kind.CHOICE, N_("How"), required=True, default="here", choices=("here", "voice", "policy"))
GIVEN_BY = Field("given_by", Kind.PERSON, N_("Approved by"), N_("Who gave it by voice"))
GIVEN_AT = Field("given_at", Kind.INSTANT, N_("Given at"), past=True)
NUMBER = Field("number", Kind.TEXT, N_("Number called"), pii=True, max_length=60)
EXECUTOR = Field("executor", Kind.PERSON, N_("Executor"), N_("Empty for yourself"))
CHECKER = Field("checker", Kind.PERSON, N_("Checker"), N_("Reads and confirms each command and result"))
OVERRIDE = Field(
    "override_reason", Kind.PROSE, N_("Override"), N_("Why without notice or outside the off-peak hours"), pii=True
)
RESTORED_AT = Field("restored_at", Kind.INSTANT, N_("Restored at"), required=True, past=True)
HOW_VERIFIED = Field("how_verified", Kind.PROSE, N_("How verified"), required=True, pii=True)
TEMPORARY = Field("temporary", Kind.YESNO, N_("Temporary"), N_("A lasting repair follows"), default=False)
CLEAR_HOW = Field(
    "how", Kind.CHOICE, N_("How"), required=True, choices=("by_itself", "customer", "third_party", "parent")
)
CLEARED_AT = Field("cleared_at", Kind.INSTANT, N_("Cleared at"), required=True, past=True)
OUTCOME = Field(
    "outcome", Kind.CHOICE, N_("Outcome"), required=True, choices=("new_facts", "no_effect", "deviation", "backed_out")
)
DONE = Field("done", Kind.PROSE, N_("What was done"), required=True, pii=True)
WAY_BACK = Field("way_back", Kind.PROSE, N_("Way back"), N_("How it was run, or why it was not"), pii=True)
RESULT = Field("result", Kind.PROSE, N_("Result"), required=True, pii=True, told=True)
CAUSE = Field("cause", Kind.PROSE, N_("Cause"), required=True, pii=True, told=True)
PREVENTION = Field("prevention", Kind.PROSE, N_("Prevention"), required=True, pii=True, told=True)
PLAIN = Field(
    "plain",
    Kind.PROSE,
    N_("In plain words"),
    N_("What the customer reads; empty for the three texts"),
    pii=True,
    told=True,
)

WHO = Field("who", Kind.TEXT, N_("Who"), N_("Who said so on the requester's side"), pii=True, max_length=200)
HOW_TESTED = Field("how_tested", Kind.PROSE, N_("How tested"), required=True, pii=True)
SCORE = Field("score", Kind.NUMBER, N_("Score"), N_("1 to 10, as the customer said it"), minimum=1, maximum=10)
WORDS = Field("words", Kind.PROSE, N_("Words"), N_("What they said, in their own words"), pii=True)
WORDS_WHY = Field("words", Kind.PROSE, N_("Words"), N_("How it came to that"), pii=True)
UNTIL = Field("until", Kind.INSTANT, N_("Until"), required=True, ahead=True)
VENDOR_CASE = Field("vendor_case", Kind.TEXT, N_("Their case number"), max_length=100)
FUNCTION = Field("function", Kind.CHOICE, N_("Function"), choices=FUNCTIONS)
MANAGEMENT = Field("management", Kind.CHOICE, N_("Management"), choices=APPROVERS)
REPORT = Field("report", Kind.CHOICE, N_("Report"), choices=("first", "follow_up", "final"))
