"""Examples that help shows, by the words of a command after ``noc``. A test runs every one of them.

Commands are written alike in every language, so nothing here is translated.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

EXAMPLES: Final[Mapping[str, tuple[str, ...]]] = {
    "": (
        "noc ticket list 'grade<=2' owner:me",
        "noc ticket show HZ1-42 -o json",
        "noc ticket list owner:me -o ids | noc ticket note - --text 'window moved to 02:00'",
        "noc ticket new --help",
    ),
    "ticket": (
        "noc ticket list domain:access 'due<4h' 'loss of signal'",
        "noc ticket accept HZ1-42 --contacted",
        "noc ticket next HZ1-42",
        "noc ticket locate HZ1-42 --cause-code TX-FIBRE-CUT --location 'km 12.4' --evidence - < otdr.txt",
    ),
    "ticket list": (
        "noc ticket list",
        "noc ticket list state:all customer:ACME 'age<7d' --sort -age",
        "noc ticket list 'grade<=2' '!channel:mail' -o json",
        "noc ticket list 光缆 --limit 20",
    ),
    "ticket new": (
        "noc ticket new --channel hotline --subject 'No light' --symptom 'red lamp' --occurred-at 07:30"
        " --scope 'one flat' --contact 13800000000 --domain access --grade P4",
        "noc ticket new --from HZ1-42 --channel hotline --symptom 'it came back' --occurred-at -10m --dry-run",
    ),
    "ticket show": ("noc ticket show HZ1-42", "noc ticket list owner:me -o ids | noc ticket show - -o ndjson"),
    "ticket next": ("noc ticket next HZ1-42", "noc ticket next HZ1-42 -o json"),
    "ticket export": ("noc ticket export HZ1-42 HZ1-43 > tickets.json",),
    "ticket import": ("noc ticket import tickets.json --dry-run",),
    "engineer": ("noc engineer add li.lei --roles engineer,lead", "noc engineer role li.lei"),
    "customer": (
        "noc customer add ACME --type enterprise --contract C-7",
        "noc customer export -o csv > customers.csv",
    ),
    "policy": (
        "noc policy export --shipped > policy.toml",
        "noc policy check policy.toml",
        "noc policy import policy.toml",
    ),
    "sla": ("noc sla explain HZ1-42", "noc sla due --within 2h -o ids"),
    "timers": ("noc timers run", "noc timers list"),
    "store": ("noc store init --code HZ1", "noc store backup copy.db", "noc store verify"),
    "outbox": ("noc outbox list", "noc outbox list -o ids | noc outbox mark-sent - --dry-run"),
    "intake": ("noc intake email ~/Maildir -o json", "noc intake email - --dry-run < mail.eml"),
    "lock": ("noc lock --why 'new disk'", "noc lock", "noc lock --off"),
    "workflow": ("noc workflow show fault -o mermaid",),
}
