"""What each rule of craft is called, why it speaks (with its params) and what to do about it."""

from __future__ import annotations

from hongqiao.errors import N_

#: rule → (label, why, what to do)
RULES: dict[str, tuple[str, str, str]] = {
    "craft.title_length": (N_("标题超长"), N_("标题 %(count)s 字，平台最多 %(most)s 字"), N_("删到上限以内")),
    "craft.title_long": (
        N_("标题偏长"),
        N_("标题 %(count)s 字，超过 %(most)s 字可能发不出去或显示不全"),
        N_("尽量缩短"),
    ),
    "craft.title_short": (N_("标题太短"), N_("标题 %(count)s 字，平台至少 %(least)s 字"), N_("补足字数")),
    "craft.title_missing": (N_("没有标题"), N_("还没有写标题"), N_("写一个标题")),
    "craft.body_length": (N_("正文超长"), N_("正文 %(count)s 字，平台最多 %(most)s 字"), N_("删到上限以内")),
    "craft.body_long": (
        N_("正文偏长"),
        N_("正文 %(count)s 字，超过 %(most)s 字有的发布方式不收"),
        N_("尽量缩短，或改用网页发布"),
    ),
    "craft.digest_length": (N_("摘要超长"), N_("摘要 %(count)s 字，最多 %(most)s 字"), N_("删到上限以内")),
    "craft.author_length": (N_("作者名超长"), N_("作者名 %(count)s 字，最多 %(most)s 字"), N_("删到上限以内")),
    "craft.tags_many": (N_("话题太多"), N_("%(count)s 个话题，平台最多 %(most)s 个"), N_("只留最相关的")),
    "craft.tags_advised": (N_("话题偏多"), N_("%(count)s 个话题，通常不超过 %(most)s 个"), N_("只留最相关的")),
    "craft.tags_few": (N_("话题偏少"), N_("%(count)s 个话题，通常至少 %(least)s 个"), N_("补上品类、人群或场景的话题")),
    "craft.tag_repeated": (N_("话题重复"), N_("话题“%(tag)s”出现 %(count)s 次"), N_("留一个")),
    "craft.tag_long": (N_("话题太长"), N_("话题 %(count)s 字，最多 %(most)s 字"), N_("换短一点的话题")),
    "craft.emoji_many": (N_("表情偏多"), N_("%(count)s 个表情，这个长度通常不超过 %(most)s 个"), N_("留下有用的")),
    "craft.images_missing": (
        N_("没有图片"),
        N_("图文至少要有 %(least)s 张图，现在 %(count)s 张"),
        N_("加上图片；发布时才配图的，由审核人写明理由放行"),
    ),
    "craft.images_many": (N_("图片太多"), N_("%(count)s 张图，平台最多 %(most)s 张"), N_("删到上限以内")),
    "craft.images_advised": (
        N_("图片偏多"),
        N_("%(count)s 张图，超过 %(most)s 张有的发布方式不收"),
        N_("删减，或改用网页发布"),
    ),
    "craft.image_outside": (
        N_("有外部图片"),
        N_("%(count)s 张图片还在别的网站上，公众号会直接丢掉"),
        N_("在编辑器里点“取回到素材库”，或换成素材库里的图片"),
    ),
    "craft.image_bytes": (N_("图片太大"), N_("图片 %(mb)s MB，平台最多 %(most)s MB"), N_("压缩后再传")),
    "craft.image_type": (N_("图片格式不收"), N_("格式是 %(type)s，平台收 %(types)s"), N_("转换格式")),
    "craft.image_ratio": (
        N_("封面比例不合"),
        N_("封面 %(width)s×%(height)s，平台常用 %(ratios)s"),
        N_("按常用比例裁剪"),
    ),
    "craft.image_small": (N_("封面偏小"), N_("封面宽 %(width)s 像素，建议至少 %(least)s"), N_("换一张清晰的")),
    "craft.image_alt": (
        N_("图片没有说明"),
        N_("第 %(number)s 张图没有替代文字"),
        N_("写一句图里有什么，读屏的人听得到"),
    ),
    "craft.image_licence": (N_("图片没有授权记录"), N_("第 %(number)s 张图没有来源和授权"), N_("在素材库里登记授权")),
    "craft.video_bytes": (N_("视频太大"), N_("视频 %(mb)s MB，平台最多 %(most)s MB"), N_("压缩后再传")),
    "craft.video_seconds": (N_("视频太长"), N_("视频 %(seconds)s 秒，平台最多 %(most)s 秒"), N_("剪短，或分成几条")),
    "craft.video_type": (N_("视频格式不收"), N_("格式是 %(type)s，平台收 %(types)s"), N_("转换格式")),
    "craft.video_licence": (N_("视频没有授权记录"), N_("视频素材没有来源和授权"), N_("在素材库里登记授权")),
    "craft.subtitle_missing": (N_("没有字幕"), N_("有台词，没有一条字幕"), N_("静音看的人很多，把关键句写成字幕")),
    "craft.subtitle_long": (N_("字幕一行太长"), N_("字幕 %(count)s 字，一行最多 %(most)s 字"), N_("分成两行或删短")),
    "craft.speech_fast": (
        N_("这一镜说不完"),
        N_("%(seconds)s 秒里有 %(count)s 字，正常语速约 %(most)s 字"),
        N_("删台词，或把镜头拉长"),
    ),
    "craft.shots_missing": (N_("没有分镜"), N_("没有分镜表，开头几秒查不了"), N_("把台词按镜头写进分镜表")),
    "craft.hook": (
        N_("开头 %(seconds)s 秒没有钩子"),
        "%(why)s",
        N_("把结果、反差、提问或最有看点的画面提到最前面，问候和品牌放后面"),
    ),
    "craft.opening": (N_("开头 %(seconds)s 秒没有看点"), "%(why)s", N_("先放最精彩的一段或整期能得到什么")),
    "craft.hook_long": (
        N_("开头一句太长"),
        N_("前 %(seconds)s 秒有 %(count)s 字，最多 %(most)s 字"),
        N_("只留一句能听清的话"),
    ),
    "craft.call_missing": (N_("结尾没有行动号召"), N_("结尾没有请读者做一件事"), N_("用一个问题或一个动作收尾")),
    "craft.calls_many": (
        N_("行动号召太多"),
        N_("结尾同时请读者做 %(count)s 件事，最多 %(most)s 件"),
        N_("只留最重要的一件"),
    ),
    "craft.paragraph_long": (
        N_("段落太长"),
        N_("这一段 %(count)s 字，手机上超过 %(most)s 字读着累"),
        N_("在意思转折处分段"),
    ),
    "craft.sentence_long": (N_("句子太长"), N_("这一句 %(count)s 字，最多 %(most)s 字"), N_("拆成两三句")),
    "craft.readability": (
        N_("读起来吃力"),
        N_("易读分 %(score)s，低于 %(least)s；长句、生僻字和叠用的“的”拉低了它"),
        N_("拆长句，换常用词"),
    ),
    "craft.jump": (
        N_("论证跳跃"),
        N_("“%(cue)s”后面的结论，和前面的内容没有用到同一个词，中间可能缺一步"),
        N_("补上中间的理由，或另起一节，或删去结论"),
    ),
    "craft.dangling": (N_("指代不明"), N_("“%(word)s”在前文找不到所指"), N_("写出名字")),
    "craft.contradiction": (N_("前后矛盾"), N_("和前文“%(earlier)s”对不上"), N_("核对事实，两处改成一致")),
    "craft.repeat": (N_("意思重复"), N_("和前文“%(earlier)s”几乎一样"), N_("删去一处，或写出新的一点")),
    "craft.promise": (N_("点数对不上"), N_("说好 %(promised)s 点，文中列出 %(given)s 点"), N_("补齐，或改标题里的数")),
    "craft.claim": (
        N_("说法没有出处"),
        N_("“%(word)s”没有说明是谁、在哪里、什么时候"),
        N_("写出名称、时间和样本，或改成自己的观察"),
    ),
    "craft.figure": (
        N_("数据没有出处"),
        N_("“%(word)s”附近没有来源、口径或时间"),
        N_("写出来源，或在“依据”里附上证明"),
    ),
    "craft.appeal": (
        N_("缺少打动人的地方"),
        N_("全文的人物、场景、感官、情绪和转折不足两类"),
        N_("写一个具体的人和一个具体的时刻"),
    ),
    "craft.scene": (N_("没有真实场景"), N_("看不出时间、地点、人物或具体的数"), N_("写清谁、什么时候、在哪里用了它")),
    "craft.testimony": (N_("没有真实体验"), N_("没有第一人称的使用经过"), N_("用“我”写用了多久、怎么用、结果怎样")),
    "craft.drawback": (N_("没有写缺点"), N_("全是优点，读者不容易信"), N_("写一条真实的不足")),
    "craft.official": (N_("官方口吻"), N_("“%(word)s”像说明书，不像笔记"), N_("换成自己说话的样子")),
    "craft.typo": (N_("叠字或标点重复"), N_("“%(word)s”可能多打了"), N_("留一个")),
    "craft.duplicate": (
        N_("和旧稿太像"),
        N_("和近期已发的“%(earlier)s”有 %(percent)s%% 相同"),
        N_("换角度或换例子，重复的内容容易被限流"),
    ),
    "craft.solemn_day": (
        N_("当天是%(day)s"),
        N_("计划发布日是%(day)s，不宜娱乐和促销"),
        N_("换一天，或改成合适的内容"),
    ),
    "label.ad": (
        N_("没有标“广告”"),
        N_("有商业合作又能购买，要显著标明“广告”"),
        N_("在标题开头、首屏或封面角标出“广告”，再勾选标识"),
    ),
    "label.ai": (N_("没有标 AI 生成"), N_("内容由 AI 生成，要有看得见的标识"), N_("加上“AI 生成”字样，再勾选标识")),
    "label.ai_assisted": (N_("AI 辅助"), N_("有 AI 参与，平台可能要求声明"), N_("发布时按平台的声明项勾选")),
    "draw.terms": (N_("抽奖说明不全"), N_("有 %(count)s 项没有写：%(missing)s"), N_("开奖前公示，开始后不能改")),
    "people.minor": (N_("可能用到未成年人"), N_("“%(word)s”：不满十周岁不得代言"), N_("核对年龄，不作推荐、证明")),
    "people.endorser": (
        N_("可能是代言"),
        N_("“%(word)s”：代言人要真实用过，专家、医生不得推荐药械和保健品"),
        N_("核对授权和使用证明"),
    ),
}

#: what an opening is, in place of a hook
OPENINGS = {
    "greeting": N_("开头是问候，没有给人留下来的理由"),
    "brand": N_("开头在介绍品牌，没有给人留下来的理由"),
    "silent": N_("前几秒没有台词，画面说明里也没有看点"),
    "none": N_("前几秒没有反常识、提问、结果、数字或对话，画面说明里也没有看点"),
}

#: what a draw has to tell
TERMS = {
    "prize": N_("奖品"),
    "value": N_("奖品价值"),
    "number": N_("数量或概率"),
    "how": N_("参与方式"),
    "until": N_("截止或开奖时间"),
    "drawn": N_("开奖方式"),
    "redeem": N_("兑奖方式"),
    "host": N_("主办方和联系方式"),
}

#: what a rule of craft stands on where it is no statute
BASES = {
    "limit": N_("平台上限"),
    "practice": N_("写作经验"),
    "copyright": N_("著作权授权"),
    "ad_11": N_("广告法第十一条"),
    "ad_38": N_("广告法第三十八条"),
}

LEVELS = {
    "block": (N_("须改"), "danger"),
    "hold": (N_("须审核"), "danger"),
    "warn": (N_("请确认"), "warn"),
    "info": (N_("提示"), "info"),
}

#: where in a draft
PLACES = {
    "title": N_("标题"),
    "digest": N_("摘要"),
    "author": N_("作者"),
    "text": N_("正文"),
    "tags": N_("话题"),
    "shots": N_("分镜"),
    "images": N_("图片"),
    "video": N_("视频"),
    "labels": N_("标识"),
    "day": N_("发布日"),
}

#: what a draft can be, as the page of checking offers it
FORMS = {
    "note": N_("图文笔记"),
    "video": N_("短视频"),
    "article": N_("长文"),
    "long_video": N_("长视频"),
}

AI = {"none": N_("没有用 AI"), "assisted": N_("AI 辅助"), "generated": N_("AI 生成")}
