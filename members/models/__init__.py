from members.models.accounts import FirstAdminLink, RoleGrant, User
from members.models.affiliations import Affiliation
from members.models.audit import PersonalDataAccess
from members.models.imports import ImportBatch
from members.models.organizations import OrganizationChange, PartyOrganization
from members.models.people import Member
from members.models.posts import PostTenure
from members.models.sign_in import LoginAttempt

__all__ = [
    "Affiliation",
    "FirstAdminLink",
    "ImportBatch",
    "LoginAttempt",
    "Member",
    "OrganizationChange",
    "PartyOrganization",
    "PersonalDataAccess",
    "PostTenure",
    "RoleGrant",
    "User",
]
