"""Surveys and interviews: asked, answered without sign-in, read with how sure a figure is. U1, U2b, U3."""
