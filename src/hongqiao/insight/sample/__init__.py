"""The sample brand's working weeks: told once, day by day, through the same rules, services and measuring as any. D2.

`desk.json` beside the sample's files says who works there and what they answered on which day. It holds no finding and
no verdict: the rules look at each day, the measuring job's own function judges what was done, both from the facts.
"""
