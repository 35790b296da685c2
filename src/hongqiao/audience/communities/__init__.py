"""社群与活动: groups, activities in them, and draws that anyone can verify. U2; docs/communities.md."""
