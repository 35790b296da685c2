"""Did it work: from what was fixed when an action was made to what it brought, at one version of the facts. Serves D2.

`plans` says how an action is to be measured, `series`, `pieces` and `persons` fetch what it takes, `judging` gives the
outcome, `preview` says beforehand how much it takes to tell, `pool` what actions of one kind brought together.
"""
