"""How many mails a second become tickets, and how many are known again, with the memory that it takes.

    python -m benchmarks.mails [FOLDER] [MAILS]

FOLDER is taken in twice into a new store: what is new, and the same folder again, as a job does that reads a Maildir
every minute. Left out, MAILS mails are made: text, HTML and a file of 60 KB in turn, in both languages. To hold for
1 000 real mails: under 20 s, flat memory.
"""

from __future__ import annotations

import sys
import tempfile
import time
from email.message import EmailMessage
from pathlib import Path

from benchmarks.memory import peak_mib
from noc_console.config import Config
from noc_console.desk import channels
from noc_console.desk.desk import Desk

MAILS = 1_000
WORDS = ("昨晚施工，光缆被挖断，业务全部中断，请尽快处理。\n", "No light on port 3 since nine, please look at it.\n")


def made(number: int) -> bytes:
    """Return one mail of our own."""
    mail = EmailMessage()
    mail["From"] = f"customer {number} <user{number % 300}@customer{number % 90}.example>"
    mail["To"], mail["Subject"] = "noc@operator.example", f"line {number} is down 专线中断"
    mail["Message-ID"] = f"<{number}@customer.example>"
    if number % 5 == 4:
        mail["In-Reply-To"] = f"<{number - 4}@customer.example>"
    text = WORDS[number % 2] * 20
    mail.set_content(text)
    if number % 3 == 1:
        mail.add_alternative(f"<p>{text}</p>", subtype="html")
    elif number % 3 == 2:
        content = number.to_bytes(4, "big") * 15_000
        mail.add_attachment(content, maintype="image", subtype="jpeg", filename=f"照片{number}.jpg")
    return mail.as_bytes()


def fill(folder: Path, count: int) -> Path:
    """Write mails into a Maildir of our own and return it."""
    place = folder / "Maildir" / "new"
    place.mkdir(parents=True)
    for number in range(count):
        place.joinpath(f"{number:07d}.host").write_bytes(made(number))
    return place.parent


def measure(desk: Desk, place: Path, said: str) -> None:
    """Take in a folder and print the rate and the memory."""
    begun, count = time.perf_counter(), 0
    for _item in channels.take(desk, "email", [str(place)]):
        count += 1
    took = time.perf_counter() - begun
    print(f"{said}: {count} mails in {took:.1f} s, {count / took:.0f} a second; peak memory {peak_mib():.0f} MiB")


def main(arguments: list[str]) -> None:
    """Print the figures."""
    count = int(arguments[1]) if len(arguments) > 1 else MAILS
    with tempfile.TemporaryDirectory(prefix="noc-mails-") as name:
        folder = Path(name)
        place = Path(arguments[0]) if arguments and arguments[0] else fill(folder, count)
        with Desk.open(store=str(folder / "store.db"), actor="bench", config=Config()) as desk:
            measure(desk, place, "new")
            measure(desk, place, "known")


if __name__ == "__main__":
    main(sys.argv[1:])
