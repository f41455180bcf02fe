"""What may be done, as data: an enum of permissions and the roles that bundle them.

Code asks for a `Permission`, never for a role. A grant is role × organisation × dates (`members.models.RoleGrant`, or
implied by a post) and acts on the organisation's whole subtree. Beside them stand the three administrators of the
platform (三员), who keep it running and hold no business role. Nothing here reads the database.
"""

from enum import StrEnum


class Permission(StrEnum):
    VIEW_ORGANIZATION = "view_organization"
    MANAGE_ORGANIZATIONS = "manage_organizations"
    VIEW_ROSTER = "view_roster"
    EDIT_ROSTER = "edit_roster"
    REVEAL_PERSONAL_DATA = "reveal_personal_data"
    DECIDE_ERASURE = "decide_erasure"
    ISSUE_TRANSFERS = "issue_transfers"
    RUN_VOTES = "run_votes"
    DELEGATE = "delegate"
    MANAGE_ROBOTS = "manage_robots"
    EDIT_DICTIONARIES = "edit_dictionaries"
    VIEW_RECORDS = "view_records"
    VIEW_ROLLS = "view_rolls"
    LOG_GATHERINGS = "log_gatherings"
    CONFIRM_RECORDS = "confirm_records"
    RETURN_RECORDS = "return_records"
    VIEW_APPRAISALS = "view_appraisals"
    VIEW_STUDY = "view_study"
    MANAGE_STUDY = "manage_study"
    MANAGE_TRAINING = "manage_training"
    MANAGE_LESSONS = "manage_lessons"
    VIEW_SUPERVISION = "view_supervision"
    INSPECT = "inspect"
    REQUEST_WORK = "request_work"
    VIEW_STATISTICS = "view_statistics"
    FILL_FORMS = "fill_forms"
    OPEN_ACCOUNTS = "open_accounts"
    VIEW_HISTORY = "view_history"
    USE_ADMIN = "use_admin"
    VIEW_RULES = "view_rules"
    MANAGE_ACCOUNTS = "manage_accounts"
    GUARD_ACCOUNTS = "guard_accounts"
    GRANT_ROLES = "grant_roles"
    CONFIGURE = "configure"
    VIEW_AUDIT = "view_audit"


P = Permission


class Role(StrEnum):
    MEMBER = "member"
    CELL_LEADER = "cell_leader"
    BRANCH_OFFICER = "branch_officer"
    SECRETARY = "secretary"
    COMMITTEE_STAFF = "committee_staff"


class PlatformRole(StrEnum):
    """三员: whom the platform is kept by. One to an account, for as long as the account lives, and nothing beside it."""

    SYSTEM = "system_administrator"
    SECURITY = "security_administrator"
    AUDIT = "audit_administrator"


ROLE_LABELS = {
    Role.MEMBER: "党员",
    Role.CELL_LEADER: "党小组组长",
    Role.BRANCH_OFFICER: "支部委员",
    Role.SECRETARY: "支部书记",
    Role.COMMITTEE_STAFF: "党委工作人员",
}
PLATFORM_LABELS = {
    PlatformRole.SYSTEM: "系统管理员",
    PlatformRole.SECURITY: "安全管理员",
    PlatformRole.AUDIT: "审计管理员",
}

#: What a role lets its holder do, for whoever gives it. Within the organisation it was given in.
ROLE_WORDS = {
    Role.MEMBER: "查看本支部的公开信息和组织生活记录，管理本人信息",
    Role.CELL_LEADER: "查看党小组名册和点名，记录党小组会",
    Role.BRANCH_OFFICER: "查看、修改名册，查看点名和学时，审核自学申报，开设云端党课，记录组织生活",
    Role.SECRETARY: "支部委员的全部权限，以及审核记录、查看完整个人信息、答复删除或停止处理申请、办理表决、委托授权、管理群机器人",
    Role.COMMITTEE_STAFF: (
        "查看所属各支部的名册、记录和学时，督查、布置工作、统计和填报，举办集中培训班，开设云端党课，"
        "管理党组织和所属账号，签发介绍信，答复删除或停止处理个人信息的申请，退回记录，管理群机器人，查看修改记录"
    ),
}
PLATFORM_WORDS = {
    PlatformRole.SYSTEM: "开通和停用账号、设置系统，不能授权，不能查看个人信息和审计记录",
    PlatformRole.SECURITY: "授予和收回权限、解除暂停、结束登录、关闭丢失手机的两步验证，只看到打码的姓名",
    PlatformRole.AUDIT: "查看审计记录，其他都不能做",
}

_MEMBER = frozenset({P.VIEW_ORGANIZATION, P.VIEW_RECORDS})
_CELL_LEADER = _MEMBER | {P.VIEW_ROSTER, P.VIEW_ROLLS, P.LOG_GATHERINGS}
_BRANCH_OFFICER = _CELL_LEADER | {
    P.VIEW_STUDY,
    P.MANAGE_STUDY,
    P.MANAGE_LESSONS,
    P.EDIT_ROSTER,
    P.VIEW_APPRAISALS,
}
_SECRETARY = _BRANCH_OFFICER | {
    P.CONFIRM_RECORDS,
    P.REVEAL_PERSONAL_DATA,
    P.DECIDE_ERASURE,
    P.RUN_VOTES,
    P.DELEGATE,
    P.MANAGE_ROBOTS,
}

#: What each role may do within the subtree of the organisation it was granted for.
ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.MEMBER: _MEMBER,
    Role.CELL_LEADER: _CELL_LEADER,
    Role.BRANCH_OFFICER: _BRANCH_OFFICER,
    Role.SECRETARY: _SECRETARY,
    Role.COMMITTEE_STAFF: frozenset(
        {
            P.VIEW_ORGANIZATION,
            P.MANAGE_ORGANIZATIONS,
            P.VIEW_ROSTER,
            P.DECIDE_ERASURE,
            P.ISSUE_TRANSFERS,
            P.DELEGATE,
            P.MANAGE_ROBOTS,
            P.EDIT_DICTIONARIES,
            P.VIEW_RECORDS,
            P.VIEW_ROLLS,
            P.VIEW_STUDY,
            P.MANAGE_TRAINING,
            P.MANAGE_LESSONS,
            P.VIEW_SUPERVISION,
            P.INSPECT,
            P.REQUEST_WORK,
            P.VIEW_STATISTICS,
            P.FILL_FORMS,
            P.OPEN_ACCOUNTS,
            P.VIEW_HISTORY,
            P.RETURN_RECORDS,
            P.VIEW_APPRAISALS,
            P.USE_ADMIN,
            P.VIEW_RULES,
        }
    ),
}

#: What all three share: the door, and what the organisations are called.
PLATFORM_COMMON = frozenset({P.USE_ADMIN, P.VIEW_ORGANIZATION})
#: What each may do everywhere. Beyond the common part no two hold the same, and none reads personal data (reliability 5.3).
PLATFORM_PERMISSIONS: dict[PlatformRole, frozenset[Permission]] = {
    PlatformRole.SYSTEM: PLATFORM_COMMON | {P.MANAGE_ACCOUNTS, P.CONFIGURE, P.VIEW_RULES},
    PlatformRole.SECURITY: PLATFORM_COMMON | {P.GRANT_ROLES, P.GUARD_ACCOUNTS},
    PlatformRole.AUDIT: PLATFORM_COMMON | {P.VIEW_AUDIT},
}
#: A small portal's one administrator (`PORTAL_SEPARATE_ADMINS` off): all three at once.
SINGLE_ADMINISTRATOR = frozenset().union(*PLATFORM_PERMISSIONS.values())

#: Roles that come with a post held in a branch or cell; posts elsewhere imply nothing and need a grant.
POST_ROLES: dict[str, Role] = {
    "secretary": Role.SECRETARY,
    "deputy_secretary": Role.SECRETARY,
    "organization": Role.BRANCH_OFFICER,
    "publicity": Role.BRANCH_OFFICER,
    "discipline": Role.BRANCH_OFFICER,
    "youth": Role.BRANCH_OFFICER,
    "united_front": Role.BRANCH_OFFICER,
    "secrecy": Role.BRANCH_OFFICER,
    "committee_member": Role.BRANCH_OFFICER,
    "cell_leader": Role.CELL_LEADER,
}


def roles_with(permission: Permission) -> list[str]:
    """The roles whose bundle holds the permission, for SQL that has to ask the grants themselves."""
    return sorted(role.value for role, held in ROLE_PERMISSIONS.items() if permission in held)
