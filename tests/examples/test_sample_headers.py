"""Headers as documented, typed here by hand: a change in the generator cannot pass unseen."""

from tests.examples.reading import ANLAN, entries, html, sheet, text, workbook

WORKS = (
    "作品名称, 发布时间, 体裁, 审核状态, 播放量, 完播率, 5s完播率, 2s跳出率, 平均播放时长, 点赞量, 分享量, "
    "评论量, 收藏量, "
    "主页访问量, 粉丝增量"
)
WORKS_16 = (
    "作品名称, 发布时间, 体裁, 审核状态, 播放量, 完播率, 5s完播率, 封面点击率, 2s跳出率, 平均播放时长, "
    "点赞量, 分享量, 评论量, "
    "收藏量, 主页访问量, 粉丝增量"
)
NOTES = "笔记标题, 首次发布时间, 体裁, 曝光, 观看量, 封面点击率, 点赞, 评论, 收藏, 涨粉, 分享, 人均观看时长, 弹幕"
NOTIFIED = (
    "内容标题, 发表时间, 总阅读人数, 总阅读次数, 总分享人数, 总分享次数, 阅读后关注人数, 送达人数, "
    "公众号消息阅读次数, 送达阅读率, "
    "首次分享次数, 分享产生阅读次数, 首次分享率, 每次分享带来阅读次数, 阅读完成率, 内容url"
)
SILENT = (
    "内容标题, 发表时间, 总阅读人数, 总阅读次数, 总分享人数, 总分享次数, 阅读后关注人数, 公众号消息阅读次数, "
    "首次分享次数, "
    "分享产生阅读次数, 首次分享率, 每次分享带来阅读次数, 阅读完成率, 内容url"
)
NEWER = "内容标题, 发表时间, 阅读人数, 分享人数, 阅读后关注人数, 送达人数, 送达阅读率, 阅读完成率, 内容url"
ORDERS = (
    "主订单编号, 子订单编号, 选购商品, 商品规格, 商品数量, 商家编码, 订单应付金额, 运费, 收件人, "
    "收件人手机号, 详细地址, 订单提交时间, "
    "商家备注, 订单完成时间, 订单状态, 售后状态, 取消原因, 发货时间, 平台实际承担优惠金额, "
    "商家实际承担优惠金额, 达人实际承担优惠金额"
)
SETTLEMENT = (
    "动账时间, 动帐流水号, 动账方向, 动账金额, 动账账户, 动账场景, 计费类型, 子订单号, 订单号, 订单实付应结, "
    "运费实付, 实际平台补贴, "
    "订单退款, 平台服务费, 佣金, 招商服务费, 站外推广费, 备注"
)
BILIBILI = (
    "视频标题, 发布时间, 播放量, 游客播放占比, 粉丝观看率, 封标点击率, 粉丝点击率, 游客点击率, 3秒跳出率, "
    "粉丝3秒跳出率, "
    "游客3秒跳出率, 互动率, 粉丝互动率, 游客互动率, 涨粉量, 播转粉率, 取关量, 点赞量, 点赞率, 评论量, 评论率, "
    "弹幕量, 弹幕率, 收藏量, "
    "收藏率, 投币量, 投币率, 转发量, 转发率, 平均播放进度"
)
CHANNELS = (
    "视频描述, 视频ID, 发布时间, 完播率, 平均播放时长, 播放量, 推荐, 喜欢, 评论量, 分享量, 关注量, "
    "转发聊天和朋友圈, 设为铃声, "
    "设为状态, 设为朋友圈封面"
)
OCEAN = (
    "时间-天, 项目ID, 项目名称, 消耗, 展示数, 平均千次展现费用(元), 点击数, 点击率%, 平均点击单价(元), "
    "转化数, 平均转化成本, 转化率%, "
    "深度转化数, 深度转化成本, 深度转化率%"
)
MATERIAL = (
    "素材名称, 素材内容, 素材类型, 素材ID, 消耗, 展示数, 平均千次展现费用(元), 点击数, 点击率%, "
    "平均点击单价(元), 转化数, "
    "平均转化成本, 转化率%, 深度转化数, 深度转化成本, 深度转化率%"
)
QIANCHUAN = (
    "素材ID, 素材名称, 素材评估, 素材时长, 素材创建时间, 素材来源, 整体消耗, 基础消耗, 整体支付ROI, "
    "整体成交金额, 整体成交订单数, "
    "整体点击率, 整体转化率, 3秒播放率, 视频完播率, 平均观看时长, 追投调控消耗, 追投调控成交金额, "
    "追投调控支付ROI, 追投调控点击率, "
    "追投调控转化率, 净成交ROI, 净成交金额, 1小时内退款率"
)
PUGONGYING = (
    "数据日期, 博主昵称, 博主主页链接, 粉丝数, 健康等级, 笔记标题, 笔记链接, 笔记类型, 发布日期, 来源, "
    "笔记ID, 内容标签, 订单ID, 合作名称, "
    "报备品牌, 下单账号, 博主报价, 服务费金额, 是否优效, SPU名称, 曝光量, 阅读量, 阅读UV, 5s播放率, 3s阅读率, "
    "视频时长, 平均浏览时长, "
    "视频完播率, 互动量, 互动率, 点赞, 收藏, 评论, 分享, 关注"
)
TMALL = (
    "订单编号|买家会员名|买家支付宝账号|买家应付货款|买家应付邮费|买家支付积分|总金额|返点积分|买家实际支付金额|买家实际支付积分|订单状态|"
    "买家留言|收货人姓名|收货地址 |运送方式|联系电话 |联系手机|订单创建时间|订单付款时间 |宝贝标题 |宝贝种类 |"
    "物流单号 |物流公司|订单备注|"
    "宝贝总数量|店铺Id|店铺名称|订单关闭原因|卖家服务费|买家服务费|发票抬头|是否手机订单|分阶段订单信息|特权订金订单id|定金排名|"
    "修改后的sku|修改后的收货地址|异常信息|天猫卡券抵扣|集分宝抵扣|是否是O2O交易|退款金额"
)
TMALL_LINES = (
    "子订单编号, 主订单编号, 标题, 价格, 购买数量, 外部系统编号, 商品属性, 套餐信息, 备注, 订单状态, "
    "商家编码, 支付单号, 买家应付货款, "
    "买家实际支付金额, 退款状态, 退款金额, 订单创建时间, 订单付款时间"
)
YOUZAN = (
    "订单号, 销售渠道, 归属店铺, 订单类型, 订单状态, 推广方式, 订单来源, 订单创建时间, 买家付款时间, "
    "交易成功时间, 付款方式, 支付流水号, "
    "商品金额合计, 运费, 店铺优惠合计, 应收订单金额, 订单实付金额, 支付优惠合计, 订单实收金额, "
    "订单抵用积分数, 店铺优惠方式, 支付优惠方式, "
    "全部商品名称, 商品种类数, 订单配送方式, 同城送达时间/提货时间, 收货人省份, 收货人城市, 收货人地区, "
    "详细收货地址/提货地址, "
    "收货人/提货人, 收货人手机号/提货人手机号, 买家备注, 订单星级, 买家昵称, 买家是否会员, 买家手机号, "
    "下单网点, 收银员, 分销员, "
    "销售导购, 专属导购, 订单退款状态, 订单已退款金额, 商家订单备注"
)


def split(line: str) -> list[str]:
    return line.split(", ")


def test_douyin_daily_is_one_metric_a_file_with_a_text_date() -> None:
    known = {"播放量", "作品点赞", "作品评论", "作品分享", "净增粉丝", "取关粉丝", "总粉丝量", "主页访问", "封面点击率"}
    seen = set()
    for entry in entries("douyin.daily"):
        book = workbook(entry["path"])
        assert list(book) == ["Sheet1"]
        head, first, *_ = book["Sheet1"]
        assert head[0] == "日期"
        assert len(head) == 2
        assert isinstance(first[0], str)
        seen.add(head[1])
        if head[1] == "封面点击率":
            assert first[1].endswith("%")
    assert seen == known


def test_douyin_works_has_15_then_16_columns_and_only_text() -> None:
    first, *_, last = entries("douyin.works")
    assert sheet(first["path"])[0] == split(WORKS)
    assert sheet(entries("douyin.works")[8]["path"])[0] == split(WORKS_16)
    assert sheet(last["path"])[0] == [*split(WORKS_16), "搜索播放占比"]
    for row in sheet(last["path"]):
        assert all(isinstance(cell, str) for cell in row)


def test_xiaohongshu_notes_have_a_banner_above_the_header() -> None:
    for entry in entries("xiaohongshu.notes"):
        rows = sheet(entry["path"])
        assert rows[0][0] == "最多导出排序后前1000条笔记"
        assert rows[1] == split(NOTES)
        assert isinstance(rows[2][4], float)


def test_xiaohongshu_account_files_have_their_sheets() -> None:
    sheets = {
        "近30日观看数据": "账号总体观看数据, 曝光趋势, 观看趋势, 封面点击率趋势, 平均观看时长趋势, 观看总时长趋势, "
        "视频完播率趋势",
        "近30日互动数据": "账号总体互动数据, 点赞趋势, 评论趋势, 收藏趋势, 分享趋势",
        "近30日涨粉数据": "账号总体涨粉数据, 净涨粉趋势, 新增关注趋势, 取消关注趋势, 主页访客趋势, 主页转粉率趋势",
        "近30日发布数据": "账号总体发布数据, 总发布趋势, 发布视频趋势, 发布图文趋势",
    }
    for entry in entries("xiaohongshu.account"):
        name = entry["path"].rsplit("/", 1)[1].removesuffix(".xlsx")
        book = workbook(entry["path"])
        assert set(book) == set(split(sheets.pop(name, ", ".join(book))))
        for label, rows in book.items():
            assert rows[0] == (["指标", "数值"] if label.startswith("账号总体") else ["日期", "数值"])
            if label.startswith("账号总体"):
                assert all(
                    r[0].split("(")[0] + "环比(%)" == after[0] for r, after in zip(rows[1::2], rows[2::2], strict=True)
                )
            else:
                assert rows[1][0][4] == "年"
    assert sheets == {}


def test_a_single_note_has_overviews_and_series() -> None:
    for entry in entries("xiaohongshu.note_detail"):
        book = workbook(entry["path"])
        base = [r[0] for r in book["基础数据总览"]]
        assert base[1:] == split("曝光数, 观看数, 封面点击率(%), 平均观看时长(s), 完播率(%), 2秒退出率(%), 涨粉数")
        assert [r[0] for r in book["互动数据总览"]][1:] == split("点赞数, 评论数, 收藏数, 分享数, 弹幕数")
        assert book["按小时趋势"][1][0].endswith("时")


def test_wechat_user_growth_is_html_under_the_name_xls() -> None:
    for entry in entries("wechat_oa.user_growth"):
        assert entry["path"].endswith("user_analysis.xls")
        assert (ANLAN / entry["path"]).read_bytes().startswith(b"<html")
        assert html(entry["path"])[1] == split("时间, 新关注人数, 取消关注人数, 净增关注人数, 累积关注人数")


def test_wechat_traffic_is_ole_with_three_tables_side_by_side() -> None:
    for entry in entries("wechat_oa.traffic"):
        assert (ANLAN / entry["path"]).read_bytes().startswith(bytes.fromhex("D0CF11E0"))
        book = workbook(entry["path"])
        assert list(book) == ["New Sheet1"]
        head = book["New Sheet1"][2]
        assert head[0:3] == split("日期, 渠道, 阅读人数")
        assert head[4:9] == split("日期, 分享人数, 跳转阅读原文人数, 微信收藏人数, 发表篇数")
        assert head[10:15] == split("传播渠道, 发表日期, 内容标题, 阅读人数, 阅读占比")
        assert head[3] == head[9] == ""


def test_wechat_article_lists_have_16_14_and_9_columns() -> None:
    kinds = set()
    for entry in entries("wechat_oa.notified"):
        kinds.add(entry["path"].rsplit(".", 1)[1])
        assert sheet(entry["path"])[0] == split(NOTIFIED)
    assert kinds == {"xls", "xlsx"}
    assert len(split(SILENT)) == 14
    assert all(sheet(e["path"])[0] == split(SILENT) for e in entries("wechat_oa.silent"))
    for entry in entries("wechat_oa.content"):
        book = workbook(entry["path"])
        assert list(book) == ["New Sheet1"]
        assert book["New Sheet1"][2] == split(NEWER)


def test_a_single_article_has_its_title_in_row_0_and_its_sections() -> None:
    for entry in entries("wechat_oa.article"):
        rows = sheet(entry["path"])
        assert rows[0][1] in entry["path"] or rows[0][1]
        first = [r[0] for r in rows]
        for section in split("数据概况, 阅读转化, 推荐转化, 数据趋势明细, 性别分布, 年龄分布, 地域分布"):
            assert section in first
        assert rows[first.index("数据趋势明细") + 1] == split("日期, 传播渠道, 阅读人数, 分享人数")


def test_doudian_orders_have_their_columns_and_tabbed_ids() -> None:
    for entry in entries("doudian.orders"):
        rows = text(entry["path"], "utf-8")
        assert rows[0] == [*split(ORDERS), "支付完成时间", "达人昵称", "流量来源"]
        assert rows[1][0].startswith("\t6917")
        assert len(rows[1][0]) == 20
        assert rows[1][8].startswith("##")


def test_doudian_settlement_has_quoted_ids() -> None:
    for entry in entries("doudian.settlement"):
        rows = text(entry["path"], "utf-8")
        assert rows[0] == split(SETTLEMENT)
        assert rows[1][7].startswith("'6917")


def test_bilibili_and_channels_csv_have_a_bom_and_their_columns() -> None:
    for layout, header in (("bilibili.compare", BILIBILI), ("channels.videos", CHANNELS)):
        for entry in entries(layout):
            assert (ANLAN / entry["path"]).read_bytes().startswith(b"\xef\xbb\xbf")
            assert text(entry["path"])[0] == split(header)
    assert text(entries("bilibili.compare")[0]["path"])[1][5].endswith("星")
    assert text(entries("channels.videos")[0]["path"])[1][4].endswith("秒")


def test_the_smaller_platforms_have_their_columns() -> None:
    assert sheet(entries("kuaishou.works")[0]["path"])[0] == split(
        "作品, 发布时间, 播放量, 完播率, 评论量, 点赞量, 收藏量, 涨粉量"
    )
    daily = entries("zhihu.daily")[0]["path"]
    assert daily.endswith(".xls")
    assert text(daily)[0] == split("日期, 阅读, 播放, 点赞, 喜欢, 评论, 收藏, 分享")
    assert text(entries("zhihu.content")[0]["path"])[0] == split(
        "标题, 发布时间, 链接, 阅读, 点赞, 喜欢, 评论, 收藏, 分享"
    )
    trend = sheet(entries("toutiao.trend")[0]["path"])
    assert trend[0] == split("时间, 展现量, 粉丝展现量, 阅读(播放)量, 粉丝阅读(播放)量, 点赞量, 评论量")
    assert trend[1][0] == "累计"
    assert trend[1][1] == sum(r[1] for r in trend[2:])
    assert sheet(entries("toutiao.fans")[0]["path"])[0] == split(
        "时间, 总粉丝数, 粉丝变化数, 新增粉丝数, 流失粉丝数, 活跃粉丝数, 总铁粉数"
    )


def test_ads_have_their_columns() -> None:
    for entry in entries("oceanengine.project"):
        assert sheet(entry["path"])[0] == split(OCEAN)
    assert sheet(entries("oceanengine.project")[-1]["path"])[-1][0] == "合计"
    assert text(entries("oceanengine.material")[0]["path"])[0] == split(MATERIAL)
    head = text(entries("qianchuan.material")[0]["path"], "gb18030")[0]
    assert [h.strip("\t") for h in head] == split(QIANCHUAN)
    assert any(h.endswith("\t") for h in head)
    yuntu = text(entries("xingtu.yuntu_report")[0]["path"])[0]
    assert yuntu[:6] == split("报告名称, 报告id, 达人视频订单名称, 达人视频订单id, 视频链接, 达人昵称")


def test_pugongying_has_104_columns_under_two_rows_of_groups() -> None:
    rows = sheet(entries("pugongying.notes")[0]["path"])
    head = rows[2]
    assert len(head) == len(set(head)) == 104
    assert head[:35] == split(PUGONGYING)
    assert (head[53], head[54], head[78]) == ("阅读单价", "互动单价", "粉丝占比")
    for label in split("正文组件CTR, 评论区组件点击量, 笔记底栏组件点击量"):
        assert 55 <= head.index(label) <= 77
    assert rows[0][0] == "基础信息"
    assert rows[3][23] == "-"


def test_the_shops_have_their_columns_and_encodings() -> None:
    tmall = text(entries("tmall.orders")[0]["path"], "gb18030")
    assert tmall[0] == TMALL.split("|")
    assert tmall[1][0].startswith('="')
    assert list(workbook(entries("tmall.workbook")[0]["path"])) == ["订单报表", "销售明细", "发货报表"]
    assert text(entries("tmall.lines")[0]["path"], "gb18030")[0] == split(TMALL_LINES)
    youzan = text(entries("youzan.orders")[0]["path"])[0]
    assert youzan == [*split(YOUZAN), "分销员", "订单佣金金额"]
    assert text(entries("jd.orders")[0]["path"], "gb18030")[0] == split(
        "订单号, 商品名称, 订购数量, 下单时间, 订单金额, 客户姓名, 客户地址, 联系电话, 京东价"
    )


def test_our_own_files_have_their_columns() -> None:
    for entry in entries("own.events"):
        assert text(entry["path"])[0] == split("person, event, ts, amount, channel, content, order")
    for entry in entries("mentions.table"):
        assert text(entry["path"])[0] == split("时间, 来源, 内容, 作者, 链接, 点赞")


def test_rows_are_as_wide_as_their_header() -> None:
    for layout in (
        "bilibili.compare",
        "channels.videos",
        "youzan.orders",
        "mentions.table",
        "zhihu.daily",
        "zhihu.content",
    ):
        for entry in entries(layout):
            head, *rows = text(entry["path"])
            assert {len(r) for r in rows} == {len(head)}, entry["path"]
    for layout in ("oceanengine.project", "juguang.report", "kuaishou.works", "wechat_store.orders", "toutiao.fans"):
        for entry in entries(layout):
            head, *rows = sheet(entry["path"])
            assert {len(r) for r in rows} == {len(head)}, entry["path"]
            assert all(str(cell) != "" for row in rows for cell in row)
