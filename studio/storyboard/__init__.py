"""The pages that look across all stages: projects, storyboard, clip editor, my desk."""
