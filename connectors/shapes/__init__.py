"""What several annotation formats share: outlines, boxes, points, contours and segments brought onto an image."""
