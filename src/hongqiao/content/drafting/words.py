"""Words of drafting, and what is sent to a model where an administrator lets it draft."""

from hongqiao.content.drafting.asked import USE
from hongqiao.errors import N_
from hongqiao.workspace import assistant, words

words.register(
    "audit",
    {
        "draft.made": N_("为《%(name)s》起草 %(count)s 稿"),
        "draft.asked": N_("请模型为《%(name)s》起草"),
        "draft.stopped": N_("停止模型为《%(name)s》起草"),
        "draft.dropped": N_("丢弃《%(name)s》的 %(count)s 份草稿"),
    },
)
words.register("notice", {"draft.ready": N_("模型为《%(name)s》起草好了 %(count)s 稿，去比一比")})
assistant.register(
    {
        USE: (
            N_("起草文案"),
            N_(
                "稿件的简报，品牌手册里的定位、语气、红线、人群，和这一个产品的事实与批准的宣称；认得出的人名和手机号、邮箱等个人信息先去掉"
            ),
        )
    }
)
