"""The job that lets a drill's mentions come, one after the other."""

from hongqiao.crisis.drills import services
from hongqiao.errors import N_
from hongqiao.workspace import jobs


@jobs.handler(services.STEP, label=N_("危机演练：投放下一条"))
def play(ctx: jobs.Context) -> dict[str, bool]:
    """Let one mention come. Done again it changes nothing."""
    return {"played": services.play(ctx.payload["drill"], int(ctx.payload["n"]))}
