"""No pipeline, no GStreamer: edits a picture on the GPU where there is one, else on the CPU.

python examples/python/08_edit_image.py assets/astronaut.png assets/logo.png out.png
"""

import sys

import retouch


def edit(picture: str, logo: str, out: str, device: str = "auto") -> None:
    host = retouch.read_png(picture)
    image = retouch.Image.from_array(host, device=device)  # up, in the stream's order like everything below

    retouch.gaussian_blur(image.region((172, 74, 106, 106)), sigma_x=8)
    retouch.composite(image, retouch.Sprite.from_file(logo), (16, 416), opacity=0.9)
    retouch.copy_into(image, host)  # and down again

    retouch.write_png(out, host)  # looks at the pixels: the one wait


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit("usage: 08_edit_image.py PICTURE.png LOGO.png OUT.png")
    edit(*sys.argv[1:])
