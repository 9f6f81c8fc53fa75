"""Names for people of the fixed codes that fields offer and rows hold; codes themselves are never translated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from noc_console.i18n import N_, _, language

if TYPE_CHECKING:
    from noc_console.workflows.fields import Field
    from noc_console.workflows.policy import Policy

LABELS = {
    "transmission": N_("transmission"),
    "switching": N_("switching"),
    "data": N_("data"),
    "wireless": N_("wireless"),
    "access": N_("access"),
    "bss_oss": N_("BSS/OSS"),
    "fault": N_("fault"),
    "consultation": N_("consultation"),
    "change": N_("configuration change"),
    "performance": N_("performance advice"),
    "version": N_("version and upgrade"),
    "document": N_("document"),
    "high": N_("high"),
    "medium": N_("medium"),
    "low": N_("low"),
    "yes": N_("yes"),
    "part": N_("partly"),
    "no": N_("no"),
    "internal": N_("internal department"),
    "enterprise": N_("enterprise customer"),
    "individual": N_("individual customer"),
    "partner": N_("partner"),
    "monitoring": N_("monitoring"),
    "unknown": N_("unknown"),
    "parent": N_("parent"),
    "child": N_("child"),
    "duplicate": N_("duplicate"),
    "caused_by": N_("caused by"),
    "follows": N_("follows"),
    "follow_up": N_("follow-up"),
    "phone": N_("phone"),
    "hotline": N_("hotline"),
    "on_site": N_("on site"),
    "sms": N_("text message"),
    "email": N_("e-mail"),
    "chat": N_("chat"),
    "portal": N_("portal"),
    "letter": N_("letter"),
    "other": N_("other"),
    "zh": N_("Chinese"),
    "en": N_("English"),
    "by_us": N_("from the outbox"),
    "by_hand": N_("by hand"),
    "here": N_("here"),
    "voice": N_("by voice"),
    "policy": N_("pre-approved by policy"),
    "good": N_("in range"),
    "watch": N_("to be watched"),
    "warn": N_("warning"),
    "check": N_("check"),
    "measure": N_("measure"),
    "act": N_("act"),
    "ask": N_("ask"),
    "record": N_("record"),
    "notify": N_("notify"),
    "maybe": N_("maybe"),
    "general": N_("general"),
    "site": N_("on-site work"),
    "tree": N_("tree"),
    "thresholds": N_("thresholds"),
    "shipped": N_("shipped"),
    "local": N_("local"),
    "located": N_("located"),
    "not_located": N_("not located"),
    "repeat": N_("possible repeat"),
    "object": N_("same object"),
    "contract": N_("same contract"),
    "contact": N_("same contact"),
    "words": N_("same words"),
    "several_domains": N_("several domains or vendors"),
    "repeated": N_("repeated within 30 days"),
    "responsibility": N_("responsibility is disputed"),
    "by_itself": N_("by itself"),
    "customer": N_("customer's own act"),
    "third_party": N_("third party"),
    "new_facts": N_("new facts"),
    "no_effect": N_("no effect"),
    "deviation": N_("deviation from the plan"),
    "backed_out": N_("backed out"),
    "first": N_("first report"),
    "final": N_("final report"),
    "lead": N_("shift lead"),
    "mim": N_("major-incident manager"),
    "domain_head": N_("domain head"),
    "dept_head": N_("department head"),
    "board": N_("change board"),
    "engineer": N_("engineer"),
    "dispatcher": N_("dispatcher"),
    "auditor": N_("auditor"),
    "admin": N_("administrator"),
    "vendor": N_("vendor"),
    "response": N_("respond"),
    "restore": N_("restore"),
    "news": N_("news"),
    "confirmed": N_("confirmed"),
    "unconfirmed": N_("unconfirmed"),
    "informed": N_("informed"),
    "verified": N_("verified"),
    "met": N_("met"),
    "missed": N_("missed"),
    "pending": N_("pending"),
    "sent": N_("sent"),
    "discarded": N_("discarded"),
    "diagnosing": N_("diagnosing"),
    "planned": N_("planned"),
    "opened": N_("opened"),
    "appended": N_("appended"),
    "updated": N_("updated"),
    "ignored": N_("ignored"),
    "quarantined": N_("quarantined"),
    "imported": N_("imported"),
    "unchanged": N_("unchanged"),
    "refused": N_("refused"),
    "hold": N_("held back"),
    "ignore": N_("ignored"),
    "mail": N_("mail"),
    "alarm": N_("alarm"),
    "timer": N_("timer"),
    "rule": N_("rule"),
    "system": N_("other system"),
    "in": N_("in"),
    "out": N_("out"),
    "withdrawn": N_("withdrawn"),
    "raised": N_("raised"),
    "cleared": N_("cleared"),
    "count": N_("count"),
    "ratio": N_("ratio"),
    "factor": N_("factor"),
    "bytes": N_("bytes"),
}


def label(code: str) -> str:
    """Return the name of a code in the language in use; a code without one is its own name (L1, P1)."""
    return _(LABELS[code]) if code in LABELS else code


def recipient_label(recipient: str) -> str:
    """Return whom something is for as people read it: a person by name, ``role:lead`` by what that role is called."""
    return label(recipient.removeprefix("role:")) if recipient.startswith("role:") else recipient


def option_label(policy: Policy, field: Field, code: str) -> str:
    """Return the name of a field's option, from the policy where the field takes its options from there."""
    if not field.options_from:
        return label(code)
    table: Any = getattr(policy, field.options_from)
    entries = table if isinstance(table, Mapping) else {getattr(one, "code", one): one for one in table}
    named: Any = entries.get(code, code)
    named = getattr(named, "label", named)
    name = str(named.text(language())) if hasattr(named, "text") else code
    # a grade is called by its digit; its name alone would be taken for another word (urgent)
    return f"{code} {name}" if field.options_from == "grades" and name != code else name
