"""保存期限 among the pages of the back office."""

from branch_portal.admin_tools import Tool, ToolGroup, admin_tool
from branch_portal.permissions import Permission

admin_tool(
    Tool(
        "保存期限",
        "各类数据保存多久、到期怎样清理，上次清理了多少。",
        "operations:retention",
        "/operations/retention/",
        ToolGroup.SETTINGS,
        (Permission.CONFIGURE,),
        order=95,
    )
)
