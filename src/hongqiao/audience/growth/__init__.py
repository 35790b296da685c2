"""成长体系: points earned and spent, levels, benefits, products given to try. U1."""
