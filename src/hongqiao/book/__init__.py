"""品牌手册: who the brand is, for whom, how it speaks, what it may claim. Read by every room and by checks. C1, C2."""
