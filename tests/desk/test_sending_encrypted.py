"""Mail over TLS and with a password, as nearly all mail servers want it; and a server that is not who it says."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from noc_console.errors import PeerUnavailable
from tests.desk.mail_server import Post, report, sent, serving
from tests.desk.scene import Scene, scene_at

x509 = pytest.importorskip("cryptography.x509", reason="the extra sync is not installed: no certificate can be made")


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with scene_at(str(tmp_path / "store.db")) as made:
        yield made


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, ssl.SSLContext]:
    """Make a certificate for the loopback that nobody but this test trusts."""
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail.carrier.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    chain, private = tmp_path / "chain.pem", tmp_path / "key.pem"
    chain.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, private)
    return chain, context


def knows(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
    known = isinstance(data, LoginPassword) and (data.login, data.password) == (b"noc", b"right")
    return AuthResult(success=known, handled=known)


@pytest.mark.parametrize("password", ["right", "wrong"])
def test_a_mail_goes_encrypted_and_with_a_password(
    scene: Scene, certificate: tuple[Path, ssl.SSLContext], password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    report(scene, "a@x.example")
    chain, context = certificate
    monkeypatch.setenv("SSL_CERT_FILE", str(chain))
    monkeypatch.setenv("NOC_MAIL_PASSWORD", password)
    post = Post()
    settings = {"tls_context": context, "require_starttls": True, "auth_required": True, "authenticator": knows}
    with serving(post, **settings) as server:
        secured = replace(server, security="starttls", user="noc")
        if password == "right":
            assert sent(scene, secured) == ["sent"]
        else:
            with pytest.raises(PeerUnavailable, match="535"):
                sent(scene, secured)
    assert len(post.taken) == (password == "right")


@pytest.mark.parametrize("trusted", [True, False])
def test_a_server_must_be_who_it_says(
    scene: Scene, certificate: tuple[Path, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch, *, trusted: bool
) -> None:
    report(scene, "a@x.example")
    chain, context = certificate
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(chain))
    post = Post()
    with serving(post, tls_context=context, require_starttls=True) as server:
        secured = replace(server, security="starttls")
        if trusted:
            assert sent(scene, secured) == ["sent"]
            with pytest.raises(PeerUnavailable, match="STARTTLS"):
                report(scene, "b@x.example")
                sent(scene, replace(secured, security="none"))
        else:
            with pytest.raises(PeerUnavailable, match="certificate"):
                sent(scene, secured)
    assert len(post.taken) == trusted


def test_a_mail_goes_to_a_server_that_is_encrypted_from_the_first_byte(
    scene: Scene, certificate: tuple[Path, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    report(scene, "a@x.example")
    chain, context = certificate
    monkeypatch.setenv("SSL_CERT_FILE", str(chain))
    post = Post()

    with serving(post, ssl_context=context) as server:
        assert sent(scene, replace(server, security="tls")) == ["sent"]
    assert len(post.taken) == 1
