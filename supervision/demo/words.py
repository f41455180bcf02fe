"""What the branches did and why people were away: themes by kind, minutes, reasons."""

THEMES = {
    "theme_day": (
        "学习党章，重温入党誓词", "走访慰问困难党员和老党员", "清洁家园志愿服务", "学习党的二十大精神",
        "参观清河革命纪念馆", "为民办实事民主议事会", "学习《中国共产党纪律处分条例》", "防汛备汛志愿服务",
        "学习先进典型事迹", "党员先锋岗承诺践诺", "乡村振兴大家谈", "关爱留守儿童志愿服务",
        "学习安全生产知识，排查隐患", "“我为群众办实事”集中服务", "政治生日集体学习", "国家安全教育学习",
    ),
    "general_meeting": ("讨论年度工作计划", "听取支部委员会工作报告", "讨论发展党员有关事项", "总结全年工作，部署下一步任务"),
    "committee_meeting": ("研究本月重点工作", "研究党员教育和活动安排", "研究群众反映事项的办理", "研究党员队伍建设"),
    "cell_meeting": ("学习讨论本月专题", "开展批评和自我批评", "讨论小组服务事项", "学习身边榜样"),
    "collective_study": ("集中学习党的创新理论", "集中学习《中国共产党支部工作条例（试行）》"),
    "party_lecture": ("坚定理想信念，牢记初心使命", "学好党史，汲取奋进力量", "严守党的纪律", "把为民服务落到实处"),
}  # fmt: skip

CONTENT = {
    "theme_day": "集体学习有关文件，党员结合岗位和生活实际谈认识。随后围绕“{theme}”开展活动，大家分工明确，完成了预定任务，并对下一步改进提出意见。",
    "general_meeting": "主持人通报应到、实到和缺席情况，会议有效。会议议题：{theme}。与会党员逐项讨论，发言要点已记录，意见一致，形成的意见交支部委员会落实。",
    "committee_meeting": "会议{theme}，逐项明确责任人和完成时限。委员发表意见后一致同意按方案办理。",
    "cell_meeting": "小组成员围绕“{theme}”学习讨论，每人发言，小组长作小结。",
    "collective_study": "上午集中领学原文，下午分组讨论，围绕“{theme}”联系工作谈体会，小结时提出下一步学习安排。",
    "party_lecture": "党课题目：{theme}。主讲人结合本支部实际讲授，党员讨论并谈体会。",
}

#: (leave type, reason) as such lists have them; absence without leave has a reason too, found out afterwards.
LEAVES = (
    ("personal", "家中有事"), ("personal", "在外地走亲"), ("sick", "感冒发热"), ("sick", "住院治疗"),
    ("official", "参加上级会议"), ("official", "值班"), ("other", "行动不便"), ("personal", "农忙"),
)  # fmt: skip
ABSENCES = ("外出未请假，会后已补说明", "忘记时间，会后已提醒", "临时有急事")
RETURN_REASON = "缺席人员原因不够具体，请补充后重新提交"
