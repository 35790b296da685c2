"""What a poster may be refused for."""

from hongqiao.errors import N_, Conflict, Invalid


class TooLong(Invalid):
    code = "poster_too_long"
    message = N_("「%(field)s」放不下，多了约 %(count)s 个字")
    next_step = N_("请删短这一项；字号已经缩到最小（%(size)s）")


class FieldMissing(Invalid):
    code = "poster_field_missing"
    message = N_("还没有填「%(field)s」")
    next_step = N_("填好后再生成")


class LowContrast(Invalid):
    code = "poster_contrast"
    message = N_("「%(field)s」和底色的对比度只有 %(ratio)s:1，低于 %(least)s:1")
    next_step = N_("请换一个更深或更浅的主色")


class PhotoMissing(Invalid):
    code = "poster_photo_missing"
    message = N_("这个模板要一张照片")
    next_step = N_("请从素材库选一张真实拍摄的照片")


class PhotoEnded(Invalid):
    code = "poster_photo_ended"
    message = N_("这张照片的授权已到期")
    next_step = N_("请续授权后更新到期日，或换一张")


class ConsentMissing(Invalid):
    code = "poster_consent"
    message = N_("用户原话要先取得本人同意")
    next_step = N_("请填写授权编号或存证位置（如 授权书 2026-031、私信截图编号），再生成")


class CodeTooLong(Invalid):
    code = "poster_code_long"
    message = N_("二维码的网址太长（最多 %(most)s 个字符）")
    next_step = N_("请换成短链接")


class NoCodeHere(Invalid):
    code = "poster_no_code"
    message = N_("「%(size)s」的图上不放二维码")
    next_step = N_("这个平台不欢迎站外引流的码，或这个模板没有放码的位置；请清空网址或换尺寸")


class UnknownTemplate(Invalid):
    code = "poster_unknown"
    message = N_("没有这个模板或尺寸")
    next_step = N_("请从列表里选")


class WordsHeld(Invalid):
    code = "poster_words_held"
    message = N_("「%(word)s」不能上海报：%(basis)s")
    next_step = N_("请改写后再生成，可在“违禁词检查”里看替换说法")


class BadAccent(Invalid):
    code = "poster_accent"
    message = N_("主色写错了")
    next_step = N_("请写成 #1f5f4a 的样子")


class LogoEnded(Invalid):
    code = "poster_logo_ended"
    message = N_("品牌标志「%(name)s」的授权已到期，不能画在海报上")
    next_step = N_("请续授权后更新到期日、换一个标志，或勾选不放标志")


class AssetEnded(Invalid):
    code = "pack_asset_ended"
    message = N_("「%(name)s」的授权已到期，不能交给剪辑")
    next_step = N_("请续授权后更新到期日，或在内容里换掉它")


class TooManyProducts(Invalid):
    code = "live_products"
    message = N_("%(count)s 个商品排不下，这个时长最多 %(fits)s 个")
    next_step = N_("请加长时间或减少商品；每个商品至少讲 8 分钟")


class NoProducts(Invalid):
    code = "live_no_products"
    message = N_("还没有写商品")
    next_step = N_("一行一个商品，按出场顺序写")


class BadLength(Invalid):
    code = "live_length"
    message = N_("时长要在 %(least)s 到 %(most)s 分钟之间")
    next_step = N_("请改时长")


class DraftNotInstalled(Conflict):
    code = "jianying_not_installed"
    message = N_("这台服务器还没有装 %(package)s，写不了剪映草稿")
    next_step = N_("请管理员按页面上的命令安装；在那之前用交接包")


class DraftEmpty(Invalid):
    code = "jianying_empty"
    message = N_("分镜表还是空的，没有可放进草稿的镜头")
    next_step = N_("先写分镜表再导出草稿")
