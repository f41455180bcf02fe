"""The committee's pages that this app brings to the admin site, and those of lower apps that stand beside them."""

from branch_portal.admin_tools import Tool, ToolGroup, admin_tool
from branch_portal.permissions import Permission

_WATCHERS = (Permission.VIEW_SUPERVISION,)

admin_tool(
    Tool(
        "组织生活监督",
        "各党支部每月、每季度的组织生活：已开、待确认、缺，最需要帮助的在前，可查到每一条记录。",
        "supervision:grid",
        "/admin/supervision/",
        ToolGroup.WATCH,
        _WATCHERS,
        order=10,
    ),
    Tool(
        "学习进度",
        "各党支部学时达标人数，书记和委员（56 学时）与其他党员（32 学时）分开统计。",
        "supervision:study",
        "/admin/supervision/study/",
        ToolGroup.WATCH,
        _WATCHERS,
        order=20,
    ),
    Tool(
        "提醒送达",
        "每月各党支部、各种提醒：已告知、已阅、未送达的人次，只有数，没有内容。",
        "supervision:receipts",
        "/admin/supervision/receipts/",
        ToolGroup.WATCH,
        _WATCHERS,
        order=90,
    ),
    Tool(
        "提醒设置",
        "每种提醒提前多久、是否启用；党委可以为所属党组织另行设置。",
        "notices:rules",
        "/notices/rules/",
        ToolGroup.SETTINGS,
        (Permission.USE_ADMIN,),
        order=60,
    ),
    Tool(
        "运行状态",
        "后台进程、提醒、邮件和后台任务是否正常，有问题时怎样处理。",
        "operations:status",
        "/operations/",
        ToolGroup.SETTINGS,
        (Permission.CONFIGURE,),
        order=90,
    ),
    Tool(
        "账号",
        "所辖党员和工作人员的账号：开通、一次性链接、停用、两步验证，长期未登录和链接未用的可以筛选。",
        "supervision:accounts",
        "/admin/accounts/",
        ToolGroup.ACCOUNTS,
        (Permission.OPEN_ACCOUNTS, Permission.MANAGE_ACCOUNTS),
        order=10,
    ),
    Tool(
        "授权委托",
        "在所辖党组织内委托权限，有起止日期和事由，可以收回。",
        "members:delegations",
        "/members/delegations/",
        ToolGroup.ACCOUNTS,
        (Permission.OPEN_ACCOUNTS,),
        order=20,
    ),
)
