// Sprite: the content cache and uploads.
