from members.models.accounts import FirstAdminLink, RoleGrant, User
from members.models.affiliations import Affiliation
from members.models.audit import PersonalDataAccess
from members.models.dictionaries import DictionaryEntry, DictionaryTable
from members.models.erasure import ErasureRequest, PersonalDataErasure
from members.models.exports import RosterExport
from members.models.imports import ColumnMapping, ImportBatch
from members.models.keys import MemberKey
from members.models.organizations import OrganizationChange, PartyOrganization
from members.models.people import Member
from members.models.posts import CommitteeTerm, PostDefinition, PostTenure
from members.models.records import Commendation, CorrectionRequest, MemberFile
from members.models.security import (
    AccountLink,
    KnownDevice,
    PasswordRecord,
    RecoveryCode,
    SecurityEvent,
    SignInSession,
    TotpDevice,
)
from members.models.sign_in import LoginAttempt
from members.models.statuses import ContactLog, MemberStatus, VotingRightFact
from members.models.transfers import AffiliationTransfer

__all__ = [
    "AccountLink",
    "Affiliation",
    "AffiliationTransfer",
    "ColumnMapping",
    "Commendation",
    "CommitteeTerm",
    "ContactLog",
    "CorrectionRequest",
    "DictionaryEntry",
    "DictionaryTable",
    "ErasureRequest",
    "FirstAdminLink",
    "ImportBatch",
    "KnownDevice",
    "LoginAttempt",
    "Member",
    "MemberFile",
    "MemberKey",
    "MemberStatus",
    "OrganizationChange",
    "PartyOrganization",
    "PasswordRecord",
    "PersonalDataAccess",
    "PersonalDataErasure",
    "PostDefinition",
    "PostTenure",
    "RecoveryCode",
    "RoleGrant",
    "RosterExport",
    "SecurityEvent",
    "SignInSession",
    "TotpDevice",
    "User",
    "VotingRightFact",
]
