from members.models.accounts import FirstAdminLink, RoleGrant, User
from members.models.affiliations import Affiliation
from members.models.audit import PersonalDataAccess
from members.models.organizations import OrganizationChange, PartyOrganization
from members.models.people import Member
from members.models.posts import PostTenure

__all__ = [
    "Affiliation",
    "FirstAdminLink",
    "Member",
    "OrganizationChange",
    "PartyOrganization",
    "PersonalDataAccess",
    "PostTenure",
    "RoleGrant",
    "User",
]
