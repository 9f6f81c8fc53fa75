"""Rows of the registers: engineers, customers, policy versions and named views, all with the machine ``record``."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Text
from sqlmodel import Field, SQLModel


class EngineerRow(SQLModel, table=True):
    """A person who may act, with roles; retired ones stay for the record."""

    __tablename__ = "engineer"

    id: str = Field(primary_key=True)
    row_version: int = 1
    state: str = "current"
    name: str = Field(unique=True)
    display: str | None = None
    roles: str = "[]"
    skills: str = "[]"
    phone: str | None = None
    email: str | None = None


class CustomerRow(SQLModel, table=True):
    """A customer with contract and contacts (R9-R11)."""

    __tablename__ = "customer"
    __table_args__ = (
        Index("customer_by_address", "address"),
        Index("customer_by_phone", "phone"),
        Index("customer_by_contract", "contract"),
    )

    id: str = Field(primary_key=True)
    row_version: int = 1
    state: str = "current"
    name: str
    type: str = "enterprise"
    organisation: str | None = None
    address: str | None = None
    phone: str | None = None
    contract: str | None = None
    contract_class: str | None = None
    language: str | None = None


class PolicyRow(SQLModel, table=True):
    """One version of the policy, whole, as canonical JSON."""

    __tablename__ = "policy"

    id: str = Field(primary_key=True)
    row_version: int = 1
    state: str = "current"
    version: int
    body: str = Field(sa_column=Column(Text, nullable=False))
    at: int = Field(sa_column=Column(BigInteger, nullable=False))


class ViewRow(SQLModel, table=True):
    """A named filter of the queue; shared, or its owner's."""

    __tablename__ = "view"

    id: str = Field(primary_key=True)
    row_version: int = 1
    state: str = "current"
    name: str
    owner: str
    shared: bool = False
    filter: str = ""
    sort: str = ""


class StoreLockRow(SQLModel, table=True):
    """One locking of the store for maintenance: who, since when, why, and who ended it."""

    __tablename__ = "store_lock"
    __table_args__ = (Index("store_lock_by_state", "state"),)

    id: str = Field(primary_key=True)
    row_version: int = 1
    state: str
    locked_by: str
    locked_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    why: str | None = None
    unlocked_by: str | None = None
    unlocked_at: int | None = Field(default=None, sa_column=Column(BigInteger))
