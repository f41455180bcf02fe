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
        "填表",
        "上传上级的空白表格，把单元格绑定到平台数据，每月自动填好：一个支部、全党委或各支部一份。",
        "supervision:forms",
        "/admin/forms/",
        ToolGroup.FIGURES,
        (Permission.FILL_FORMS,),
        order=30,
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
)
