"""From a report's codes to words. What is said stands here, once; how a parameter is written is in `written`."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from hongqiao.errors import N_
from hongqiao.workspace import words

#: section → head
HEADS: dict[str, str] = {
    "head.line": N_("一句话，可直接发到群里"),
    "head.figures": N_("核心数字"),
    "head.notable": N_("起量与异常"),
    "head.findings": N_("问题与机会"),
    "head.goals": N_("目标与时间进度"),
    "head.missing": N_("还缺的文件"),
    "head.due": N_("到期的动作"),
    "head.summary": N_("概要"),
    "head.days": N_("按日走势"),
    "head.moved": N_("变了什么"),
    "head.points": N_("每日要点"),
    "head.platforms": N_("分平台"),
    "head.pieces": N_("作品"),
    "head.acted": N_("做了什么"),
    "head.brought": N_("带来了什么"),
    "head.next": N_("下一步"),
    "head.why": N_("为什么"),
    "head.decisions": N_("待决策"),
    "head.money": N_("钱"),
    "head.market": N_("品牌搜索与新客"),
    "head.hits": N_("命中，能不能再来一次"),
    "head.competitors": N_("竞品"),
    "head.people": N_("谁卡住了，谁超载"),
    "head.promised": N_("说了要做的，做了吗，有用吗"),
}

#: statement → msgid
SAYS: dict[str, str] = {
    "nothing.period": N_("这段时间还没有数据，请先导入文件"),
    "nothing.day": N_("昨日的数据还没有导入，暂时说不了变化"),
    "few": N_("数据不足：%(base)s 中的 %(part)s"),
    "proxy": N_("代理指标"),
    "compared": N_("变化：较 %(start)s～%(end)s"),
    "compared.day": N_("变化：较前一日 %(start)s"),
    "lacking": N_("数据不全的账号 %(n)s 个：%(accounts)s"),
    "steady": N_("与上一期相比没有明显变化"),
    "not_comparable": N_("与上一期数据覆盖不同，不作比较"),
    "moved.up": N_("%(metric)s %(now)s，上一期 %(was)s，%(change)s"),
    "moved.down": N_("%(metric)s %(now)s，上一期 %(was)s，%(change)s"),
    "moved.ratio": N_("%(metric)s %(now)s，上一期 %(was)s，%(change)s"),
    "moved.parts": N_("合计 %(whole)s：%(parts)s"),
    "day.high": N_("%(platform)s %(metric)s %(value)s，高于自己近 %(days)s 天的 %(percentile)s（较中位 %(off)s）"),
    "day.low": N_("%(platform)s %(metric)s %(value)s，低至自己近 %(days)s 天的 %(percentile)s（较中位 %(off)s）"),
    "day.high.dated": N_(
        "%(day)s　%(platform)s %(metric)s %(value)s，高于近 %(days)s 天的 %(percentile)s（较中位 %(off)s）"
    ),
    "day.low.dated": N_(
        "%(day)s　%(platform)s %(metric)s %(value)s，低至近 %(days)s 天的 %(percentile)s（较中位 %(off)s）"
    ),
    "day.high.run": N_(
        "%(first)s～%(last)s　%(platform)s "
        "%(metric)s连续 %(n)s 天高于常态，最高 %(value)s（%(percentile)s，较中位 %(off)s）"
    ),
    "day.low.run": N_(
        "%(first)s～%(last)s　%(platform)s "
        "%(metric)s连续 %(n)s 天低于常态，最低 %(value)s（%(percentile)s，较中位 %(off)s）"
    ),
    "piece.rising": N_(
        "%(platform)s《%(title)s》发布第 %(age)s 天已 %(value)s，超过同平台近期 %(n)s 篇的 %(percentile)s"
    ),
    "notable.none": N_("没有高于或低于自己近 %(days)s 天常态的"),
    "findings.none": N_("没有新的问题或机会"),
    "findings.told": N_("新的都在「起量与异常」里，点编号可处理"),
    "why.none": N_("这段时间没有规则说过话，原因暂不能说"),
    "goals.none": N_("还没有定目标"),
    "goals.behind": N_("目标 %(all)s 个，慢于进度 %(n)s 个：%(names)s"),
    "goals.fine": N_("目标 %(all)s 个，都在进度上"),
    "missing.none": N_("该取的文件都到了"),
    "missing": N_("还缺 %(n)s 份文件：%(files)s"),
    "missing.more": N_("还缺 %(n)s 份文件：%(files)s 等"),
    "pieces.none": N_("这段时间没有发布的作品有数据"),
    "hit": N_(
        "%(platform)s《%(title)s》%(value)s，位于同平台 %(percentile)s；近期 %(n)s 篇里有 %(again)s 篇到过 %(level)s"
    ),
    "hit.none": N_("没有进入同平台前 %(share)s 的作品"),
    "competitors.none": N_("还没有登记竞品账号；登记后导入它们的文件，这里会单独列出，不计入本品牌"),
    "competitors.files": N_("已登记竞品账号 %(n)s 个，这段时间还没有它们的文件"),
    "no_figure": N_("%(metric)s：缺文件，%(files)s"),
    "per_follower": N_("消耗 %(spend)s ÷ 新增关注 %(people)s，每个新增关注 %(each)s（含自然新增）"),
    "per_buyer": N_("消耗 %(spend)s ÷ 可识别购买人数 %(people)s，每个购买人 %(each)s（含老客）"),
    "like": N_("同口径：%(platforms)s"),
    "moved.like": N_("%(metric)s %(now)s，上一期 %(was)s，%(change)s（同口径：%(platforms)s）"),
    "money.none": N_("还没有投放与达人费用的文件"),
    "market.none": N_("回搜、小红星、5A/A3 还没有数据：导入 %(files)s 后可见"),
    "market.map": N_("回搜、小红星、5A/A3 还没有数据：把平台导出的指标表上传到数据导入，做一次字段对应后可见"),
    "acted.none": N_("这段时间没有开始或结束的动作"),
    "brought": N_("评定了动作：有效 %(worked)s，无效 %(did_not)s，数据不足 %(cannot_tell)s"),
    "brought.none": N_("这段时间没有动作到评定的日子"),
    "hits": N_("累计有效率：%(judged)s 个里有效 %(worked)s 个；另有 %(unclear)s 个数据不足"),
    "hits.none": N_("还没有能下结论的动作，%(unclear)s 个数据不足"),
    "hits.empty": N_("还没有评定过动作，有效率暂无"),
    "next.none": N_("没有进行中的动作"),
    "promised": N_("应完成 %(due)s 个，做了 %(done)s 个；逾期 %(late)s 个，进行中 %(running)s 个"),
    "promised.none": N_("还没有建立动作"),
    "people.none": N_("没有人手上有进行中的动作"),
    "decisions.none": N_("没有等待决策的事项"),
    "line.head": N_("【%(brand)s %(day)s 早报】"),
    "line.figure": N_("%(metric)s %(value)s"),
    "line.changed": N_("%(metric)s %(value)s（较前日 %(change)s）"),
    "line.missing": N_("还缺 %(n)s 份文件"),
    "line.nothing": N_("昨日数据还没有导入"),
}


def _named(params: Mapping[str, Any]) -> dict[str, Any]:
    from hongqiao.insight.reports.kinds import KINDS  # the kinds say what stands here

    kind = KINDS.get(str(params.get("report", "")))
    return {"label": _(kind.label) if kind else ""}


words.register("notice", {"report.ready": N_("%(label)s已生成（%(start)s～%(end)s）")})
words.completes("report.ready", _named)
words.register("job", {"report.asking": N_("正在取数"), "report.writing": N_("正在排版"), "report.done": N_("已生成")})
