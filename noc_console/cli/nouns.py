"""Which nouns there are, and the module that each is made in when it is named.

A static table, so that help and completion import no noun. It must not know any verb.
"""

from __future__ import annotations

from typing import Final

from noc_console.i18n import N_

#: noun -> (module that offers ``command()``, one line of help)
NOUNS: Final = {
    "demo": ("noc_console.cli.demo", N_("Practise on a believable day: a training store of its own, then the console")),
    "ticket": ("noc_console.cli.ticket", N_("Register, work on, list and show tickets")),
    "intake": ("noc_console.cli.intake", N_("Turn what comes in into tickets")),
    "outbox": ("noc_console.cli.outbox", N_("Messages to requesters that wait to be sent")),
    "diagnosis": ("noc_console.cli.diagnosis", N_("Find a fault step by step, with evidence")),
    "consult": ("noc_console.cli.consult", N_("Ask experts together about a difficult fault")),
    "inbox": ("noc_console.cli.inbox", N_("What you must look at: alerts and what rules refused")),
    "view": ("noc_console.cli.view", N_("Named filters of the queue")),
    "sla": ("noc_console.cli.sla", N_("Deadlines: why they are where they are, and what is due")),
    "timers": ("noc_console.cli.timers", N_("Warnings, escalations and wakings that time brings")),
    "customer": ("noc_console.cli.customer", N_("Customers and their contracts")),
    "engineer": ("noc_console.cli.engineer", N_("People who may act, and their roles")),
    "policy": ("noc_console.cli.policy", N_("Grades, targets, rights and channels of this operator")),
    "store": ("noc_console.cli.store", N_("The store itself: make, check, rebuild, back up")),
    "doctor": ("noc_console.cli.doctor", N_("Look at release, store, journal and disk, and say what is not well")),
    "lock": ("noc_console.cli.lock", N_("Lock the store for maintenance, end that, or say who holds the lock")),
    "workflow": ("noc_console.cli.workflow", N_("The machines whose rules decide what may be done")),
    "keys": ("noc_console.cli.keys", N_("The keys of the console, as they are in effect")),
}
