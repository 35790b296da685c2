"""What can go wrong in the inbox, with the next step."""

from hongqiao.errors import N_, Conflict, Invalid


class NoProof(Invalid):
    code = "no_proof"
    message = N_("还没有发出的证明")
    next_step = N_("贴上回复的链接、传一张截图，或勾选“我已在原处发出”")


class NoText(Invalid):
    code = "no_text"
    message = N_("还没有写内容")
    next_step = N_("写一句再提交")


class TooLong(Invalid):
    code = "too_long"
    message = N_("超过 %(most)s 个字")
    next_step = N_("请删短一些")


class WordsHeld(Invalid):
    """Rules hold the words back; `found` says which."""

    code = "words_held"
    message = N_("这段话不能这样发出：%(words)s")
    next_step = N_("请按提示改写再提交")


class WordsAsk(WordsHeld):
    code, confirm = "words_ask", "confirmed"
    message = N_("请再看一眼这段话：%(words)s")
    next_step = N_("改写，或写下为什么可以这样说")


class NotNow(Conflict):
    code = "not_now"
    message = N_("现在的状态下不能做这一步")
    next_step = N_("请刷新页面看现在的状态")


class NothingPasted(Invalid):
    code = "nothing_pasted"
    message = N_("没有可收进的内容")
    next_step = N_("一行贴一条评论或私信")


class BadKeep(Invalid):
    code = "bad_keep"
    message = N_("保存天数不能是“%(value)s”")
    next_step = N_("请填 %(least)s 到 %(most)s 之间的整数")


class TooManyRows(Invalid):
    code = "too_many_rows"
    message = N_("一次最多收 %(most)s 条")
    next_step = N_("请分几次发送")


class NameTaken(Invalid):
    code = "name_taken"
    message = N_("已有同名的快捷回复")
    next_step = N_("请换一个名字")


class TooMany(Invalid):
    code = "too_many"
    message = N_("最多保留 %(most)s 条")
    next_step = N_("请先删去不用的")
