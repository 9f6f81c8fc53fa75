"""The new words of a reply are told from the history below and between them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.intake.mail_replies import without_quotes


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("It works.\n\nOn Mon, 2 Mar 2026 at 17:02, NOC <noc@c.example> wrote:\n> Test it.", "It works."),
        ("It works.\n\nOn Mon, 2 Mar 2026 at 17:02, NOC\n<noc@c.example> wrote:\n\n> Test it.\n", "It works."),
        ('好了。\n\n在 2026-03-02 17:02:11，"NOC" <noc@c.example> 写道：\n\n> 请测试\n', "好了。"),
        ("好了。\n\nNOC <noc@c.example> 于2026年3月2日周一 17:02写道：\n> 请测试", "好了。"),
        ("好了。\n\n------------------ 原始邮件 ------------------\n发件人: NOC\n请测试", "好了。"),
        ("好了。\n\n发件人: NOC <noc@c.example>\n发送时间: 2026年3月2日\n收件人: 王\n主题: 专线\n\n请测试", "好了。"),
        ("Works\n________________________________\nFrom: NOC\nSent: today\nTo: me\nSubject: x\n\nTest it.", "Works"),
        ("Works\n\n-----Original Message-----\nFrom: NOC\n", "Works"),
        ("Am 02.03.2026 um 17:02 schrieb NOC:\n> Bitte testen.\n\nLäuft wieder.", "Läuft wieder."),
        ("> Is the lamp red?\nYes.\n> And the fan?\nNo.", "> Is the lamp red?\nYes.\n> And the fan?\nNo."),
        ("Works.\n\n-- \nAnna Braun\nNOC", "Works."),
        ("好了\n\n发自我的iPhone", "好了"),
        ("Values:\nRx -31.2 dBm\nTx 2.1 dBm", "Values:\nRx -31.2 dBm\nTx 2.1 dBm"),
        ("From: Site A\nTo: Site B\nno light", "From: Site A\nTo: Site B\nno light"),
        ("Since 10:30: no light", "Since 10:30: no light"),
        (f"Affected:\nPort Site\n{'-' * 40}\n3 Hangzhou\n4 Ningbo\n\nLi", None),
        ("> only a quote", "> only a quote"),
        ("From: a@b.example\nSubject: forwarded without a word\n\nline down", None),
        ("", ""),
    ],
)
def test_new_words_of_a_reply(text: str, new: str | None) -> None:
    assert without_quotes(text) == (text if new is None else new)


@given(st.text(alphabet="> -:_\nFromSubjecwt@2026"))
def test_new_words_come_from_the_text(text: str) -> None:
    lines = text.split("\n")

    assert all(
        line in lines or line.rstrip() in {one.rstrip() for one in lines} for line in without_quotes(text).split("\n")
    )


@pytest.mark.parametrize(
    "history",
    [
        "Op 13-02-2026 3:18 schreef NOC <noc@c.example>:\n\nTest it.",
        "Le 23 janv. 2026 à 22:03, NOC <noc@c.example> a écrit :\n\nTest it.",
        "W dniu 28 stycznia 2026 01:53 użytkownik NOC <noc@c.example>\nnapisał:\n\nTest it.",
        "Den 14 september, 2026 02:23:18, NOC (noc@c.example) skrev:\n\nTest it.",
        "30 серп. 2026 р. 20:45 NOC <noc@c.example> пише:\n\n> Test it.",
        "2 марта 2026 г., 17:02, NOC <noc@c.example> написал:\n\n> Test it.",
        "2026/7/20 NOC of the carrier <noc@c.example>\n\n| Test it.\n| now",
        "2026-03-03 17:21 GMT+01:00 Some One\n\nTest it.",
        "pe 20. lokakuuta 2026 klo 17.50 Some One\n<noc@c.example> kirjoitti:\n\nTest it.",
        "On Wed, Dec 9, Some One\n<noc@c.example>\nwrote:\n> Test it.",
        "----邮件原文----\n发件人：noc <noc@c.example>\n抄 送： (无)\n主题：故障\n\n请测试",
        "On Thu, 31 Mar 2026 at 11:16 NOC\n\n<\nmailto:NOC <noc@c.example>\n> wrote:\n\nTest it.",
        "On 11-Apr-2026, at 6:54 PM, NOC <noc@c.example> sent:\n\n> Test it.",
        "Från: NOC\nSkickat: den 5 juni 2026 12:22\nTill: eva\nÄmne: linjen\n\nTest it.",
        "Fra: NOC\nSendt: 19. marts 2026 12:10\nTil: eva\nEmne: linjen\n\nTest it.",
        "От: NOC\nОтправлено: 26 июня 2026 г. 15:05\nКому: eva\n\nTest it.",
        "寄件者: NOC\n日期: 2026年3月2日\n主旨: 專線\n\n請測試",
        "*-------- Original Message --------*\n\nTest it.",
        "-----Oprindelig meddelelse-----\n\nTest it.",
        "发自我的华为手机\n\n------------------ 原始邮件 ------------------\n发件人: NOC\n请测试",
        "Sendt fra min iPad\n\nDen 15. jun. 2026 kl. 20.42 skrev NOC <noc@c.example>:\n\nTest it.",
        "-----邮件原件-----\n发件人: NOC\n\n请测试",
        "原始邮件\n发 件 人：NOC;\n收件人：王;\n日 期 ：2026年03月02日 17:02\n主 题 ：专线\n\n请测试",
        "发自139邮箱\n\n----------------------------------------\n发件人：NOC\n时间：2026/03/02\n主题：专线\n请测试",
        "来自微信\n\n------------------ Original ------------------\nFrom: NOC\nDate: 周一\n\n请测试",
        "发自 网易邮箱大师\n\n在2026年03月02日 17:02，NOC<noc@c.example> 写道：\n请测试",
        "เมื่อ จ. 2 มี.ค. 2026 เวลา 17:02 NOC <noc@c.example> เขียนว่า:\n\n> Test it.",
        "##- Please type your reply above this line -##\n\nYour request was updated.",
        "--- 请在此行上方回复 ---\n\n工单已更新",
        "iPhoneから送信\n\n2026/03/02 17:02、NOC <noc@c.example>のメール:\n\n> Test it.",
    ],
)
def test_history_in_the_words_of_many_mail_programs(history: str) -> None:
    assert without_quotes(f"Works again.\nEva\n\n{history}") == "Works again.\nEva"


@pytest.mark.parametrize(
    ("text", "new"),
    [
        # An announcement above words that nobody marked as quoted, and another between them.
        ("On 15 May 2026 19:32, NOC <n@c.example> wrote:\n\nUp again.\n\nOn 8 May 2026, E <e@c.example> wrote:\n> x\nO",
         "Up again.\n\n> x\nO"),
        ("Before\nOn Tue, 2026-03-01 at 18:02 +0530, E wrote:\n> Hello\n\nmy answer\n\nC>\nC> old\nC>",
         "Before\n> Hello\n\nmy answer"),
        # A mailer broke a long quoted line; nobody answered there.
        (f"Works.\nOp 2 maart 2026 19:05 schreef NOC <n@c.example>:\n\n> {'tincidunt ' * 7}diam,\nwat nu\n>\n> NOC",
         "Works."),
        (f"See:\nOn 2 March 2026 19:05 NOC <n@c.example> wrote:\n> {'is the lamp red, ' * 5}and now?\nyes it is\n> NOC",
         f"See:\n> {'is the lamp red, ' * 5}and now?\nyes it is"),
        ("---------- Forwarded message ----------\nFrom: E <e@c.example>\nSubject: fault that\ngoes on\n\nno light",
         "no light"),
    ],
    ids=["announced above", "initials", "broken", "answered", "forwarded"],
)  # fmt: skip
def test_answers_around_history(text: str, new: str) -> None:
    assert without_quotes(text) == new


@pytest.mark.parametrize(
    "text",
    [
        "发自上海局的光缆中断",
        "The fan sits above this line card",
        "Log:\n\n2026-03-03 17:21 GMT+01:00 ge-0/0/1 down\n2026-03-03 17:22 GMT+01:00 ge-0/0/1 up",
        "2026-03-03 17:21 GMT+01:00 Some Link\n\nis down",
        "PE1> show interfaces\nge-0/0/1 down\nand so on",
        "| port | state |\n| 1 | down |",
        "The alarm was sent 2026-03-01 10:00:\nlink down",
        "Date: 2026-03-01\nPlace: Hangzhou\nno light",
    ],
)
def test_what_engineers_write_is_no_history(text: str) -> None:
    assert without_quotes(text) == text


def test_the_armour_of_openpgp_is_no_word_of_anybody() -> None:
    head = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n"
    signature = "-----BEGIN PGP SIGNATURE-----\n\niQEzBAEB\n=abcd\n-----END PGP SIGNATURE-----\n"
    history = "On Mon, 2 Mar 2026 at 17:02, NOC <noc@c.example> wrote:\n> Test it.\n"

    assert without_quotes(f"{head}No light.\n\n{history}{signature}") == "No light."
    assert without_quotes(f"{head}No light.\n") == "No light."
