"""Arrays of NumPy and other libraries, in and out, without copies."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest
from conftest import image_of, need, need_gpu, noise

import retouch


def address(array: np.ndarray) -> int:
    return array.__array_interface__["data"][0]


def test_numpy_shares_an_images_memory(rng: np.random.Generator) -> None:
    image = image_of(noise(rng, "rgba8", (30, 20)), "rgba8", "cpu")
    views = [image.numpy(), np.asarray(image), np.from_dlpack(image), image.region((0, 0, 30, 20)).numpy()]
    assert len({address(view) for view in views}) == 1 and all(view.shape == (20, 30, 4) for view in views)
    views[0][3, 5] = (1, 2, 3, 4)
    assert all((view[3, 5] == (1, 2, 3, 4)).all() for view in views)
    retouch.fill(image.region((5, 3, 1, 1)), (9, 8, 7))
    assert (views[0][3, 5] == (9, 8, 7, 255)).all()
    assert retouch.Image("gray8", (5, 4)).numpy().shape == (4, 5)
    assert np.asarray(image, dtype=np.float32).dtype == np.float32
    assert address(np.array(image, copy=True)) != address(views[0])


def test_a_region_of_numpy_is_a_view_with_its_strides(rng: np.random.Generator) -> None:
    array = noise(rng, "rgb8", (31, 21))
    image = image_of(array, "rgb8", "cpu")
    part = image.region((3, 4, 10, 7)).numpy()
    assert (part == array[4:11, 3:13]).all() and part.strides[1:] == (3, 1) and part.base is not None
    assert image.region((100, 100, 5, 5)).numpy().shape == (0, 0, 3)


def test_wrap_is_the_arrays_memory() -> None:
    array = np.zeros((20, 40, 3), np.uint8)
    view = retouch.ImageView.wrap(array[2:18, 5:30], "bgr8")  # rows with gaps
    assert view.size == (25, 16) and view.format is retouch.PixelFormat.bgr8
    retouch.fill(view, (255, 128, 64))
    assert (array[2:18, 5:30] == (64, 128, 255)).all() and array.sum() == 16 * 25 * (64 + 128 + 255)


@pytest.mark.parametrize("shape, format", [((4, 5), "gray8"), ((4, 5, 1), "gray8"), ((4, 5, 3), "rgb8"), ((4, 5, 4), "rgba8")])
def test_the_format_follows_from_the_channels(shape: tuple[int, ...], format: str) -> None:
    assert retouch.ImageView.wrap(np.zeros(shape, np.uint8)).format.name == format


def test_planes() -> None:
    image = retouch.Image("nv12", (7, 5))
    y, uv = image.planes()
    assert y.shape == (5, 7) and uv.shape == (3, 4, 2)
    y[:], uv[:] = 100, 128
    assert [p.shape for p in retouch.Image("i420", (7, 5)).planes()] == [(5, 7), (3, 4), (3, 4)]
    again = retouch.ImageView.wrap([y, uv], "nv12")
    retouch.fill(again, (255, 255, 255))
    assert (y == 235).all() and (uv == 128).all()
    copies = image.to_numpy()
    assert (copies[0] == 235).all() and address(copies[0]) != address(y)
    with pytest.raises(retouch.InvalidArgument, match="plane 1 of nv12 as uint8 of shape .* of 3 rows and 4 columns"):
        retouch.ImageView.wrap([y, uv[:2]], "nv12")
    with pytest.raises(retouch.InvalidArgument, match="has 2 planes .got 1"):
        retouch.ImageView.wrap([y], "nv12")
    with pytest.raises(retouch.InvalidArgument, match=r"planes\(\) gives an array for each"):
        image.numpy()
    with pytest.raises(retouch.Unsupported, match="not one array"):
        np.from_dlpack(image)


READ_ONLY = np.zeros((4, 4, 3), np.uint8)
READ_ONLY.flags.writeable = False


@pytest.mark.parametrize("array, says", [
    (READ_ONLY, r"read-only.*numpy.ndarray|ndarray: uint8 of shape \(4, 4, 3\), read-only.*Image\.from_array"),
    (np.zeros((4, 4, 3), np.float32), r"needs rgb8 as uint8 of shape \(height, width, 3\) \(got ndarray: float32 of shape \(4, 4, 3\)\)"),
    (np.zeros((4, 4, 3), np.int8), "int8"),
    (np.zeros((4, 4), bool), "bool of shape"),
    (np.zeros((4, 4, 2), np.uint8), r"\(height, width, 4\) \(got ndarray: uint8 of shape \(4, 4, 2\)\)"),
    (np.zeros((4,), np.uint8), r"shape \(4,\)"),
    (np.zeros((4, 4, 3), np.uint8)[:, ::-1], r"side by side.*strides \(12, -3, 1\).*ascontiguousarray"),
    (np.zeros((4, 4, 3), np.uint8)[::-1], "top to bottom"),
    (np.zeros((4, 4, 3), np.uint8)[..., ::-1], "strides"),
    (np.zeros((4, 4, 3), np.uint8).transpose(1, 0, 2), "strides"),
    (np.zeros((3, 4, 4), np.uint8).transpose(1, 2, 0), "strides"),
    (np.zeros((4, 4, 3), ">u2"), "uint16|another type")])
def test_wrap_says_what_was_given_and_what_is_needed(array: np.ndarray, says: str) -> None:
    with pytest.raises(retouch.InvalidArgument, match=says):
        retouch.ImageView.wrap(array)


@pytest.mark.parametrize("thing", [None, 7, "text", object(), {}, 3.5])
def test_what_is_no_array_is_a_TypeError(thing: object) -> None:
    with pytest.raises(TypeError, match="needs an array.*got"):
        retouch.ImageView.wrap(thing)
    with pytest.raises(TypeError):
        retouch.Sprite(thing or 0)


@pytest.mark.parametrize("make", [
    lambda a: a, lambda a: a[:, ::-1], lambda a: a[::-1], lambda a: a[..., ::-1], lambda a: a[::2, ::3], lambda a: a.transpose(1, 0, 2),
    lambda a: np.asfortranarray(a)])
def test_from_array_copies_any_strides(device: str, make, rng: np.random.Generator) -> None:
    array = make(noise(rng, "rgb8", (30, 22)))
    array.flags.writeable = False
    image = retouch.Image.from_array(array, device=device)
    assert (image.to_numpy() == array).all()


def test_from_array_captures_the_pixels(device: str) -> None:
    array = np.full((500, 500, 4), 7, np.uint8)
    image = retouch.Image.from_array(array, device=device)
    array[:] = 9
    assert (image.to_numpy() == 7).all()
    image.upload(array)
    array[:] = 1
    assert (image.to_numpy() == 9).all()


def test_bytes_and_memoryviews(rng: np.random.Generator) -> None:
    raw = bytearray(4 * 5 * 3)
    view = retouch.ImageView.wrap(memoryview(raw).cast("B", (4, 5, 3)))
    retouch.fill(view, (1, 2, 3))
    assert bytes(raw) == b"\1\2\3" * 20
    with pytest.raises(retouch.InvalidArgument, match="read-only"):
        retouch.ImageView.wrap(memoryview(bytes(60)).cast("B", (4, 5, 3)))


def test_memory_lives_as_long_as_anything_looks_at_it(rng: np.random.Generator) -> None:
    array = noise(rng, "rgba8", (64, 64))
    image = image_of(array, "rgba8", "cpu")
    arrays = [image.numpy(), np.asarray(image.region((0, 0, 64, 64))), np.from_dlpack(image)]
    gone = weakref.ref(image)
    del image
    gc.collect()
    filler = [np.full((64, 64, 4), 255, np.uint8) for _ in range(50)]
    for view in arrays:
        assert (view == array).all()
    del arrays, view, filler
    gc.collect()
    assert gone() is None

    source = np.zeros((8, 8, 3), np.uint8)
    alive = weakref.ref(source)
    part = retouch.ImageView.wrap(source).region((2, 2, 3, 3))
    del source
    gc.collect()
    assert alive() is not None
    retouch.fill(part, (5, 5, 5))
    assert (alive()[2:5, 2:5] == 5).all()
    del part
    gc.collect()
    assert alive() is None


def test_dlpack_of_host_memory() -> None:
    image = retouch.Image("rgb8", (5, 4))
    assert image.__dlpack_device__() == (1, 0)
    assert "dltensor_versioned" in repr(image.__dlpack__(max_version=(1, 0)))
    assert '"dltensor"' in repr(image.__dlpack__())
    with pytest.raises(BufferError):
        image.__dlpack__(copy=True)
    with pytest.raises(BufferError):
        image.__dlpack__(dl_device=(2, 0))
    with pytest.raises(AttributeError):
        image.__cuda_array_interface__
    assert not hasattr(image, "__cuda_array_interface__")


class OldProducer:
    """A library from before versions of DLPack: no max_version."""

    def __init__(self, array: np.ndarray) -> None:
        self.array = array

    def __dlpack__(self, stream: object = None) -> object:
        return self.array.__dlpack__()

    def __dlpack_device__(self) -> tuple[int, int]:
        return (1, 0)


def test_from_dlpack(rng: np.random.Generator) -> None:
    array = noise(rng, "rgba8", (9, 7))
    view = retouch.from_dlpack(OldProducer(array))
    retouch.fill(view, (1, 2, 3))
    assert (array == (1, 2, 3, 255)).all()

    class Elsewhere(OldProducer):
        def __dlpack_device__(self) -> tuple[int, int]:
            return (8, 0)  # Metal

    with pytest.raises(retouch.Unsupported, match="type 8"):
        retouch.from_dlpack(Elsewhere(array))

    class Liar(OldProducer):
        def __dlpack__(self, stream: object = None) -> object:
            return "no capsule"

    with pytest.raises(TypeError, match="no DLPack capsule"):
        retouch.from_dlpack(Liar(array))


def test_torch_on_the_cpu(rng: np.random.Generator) -> None:
    torch = pytest.importorskip("torch")
    tensor = torch.zeros((6, 8, 3), dtype=torch.uint8)
    retouch.fill(retouch.ImageView.wrap(tensor, "rgb8"), (3, 4, 5))
    assert tensor.sum().item() == 6 * 8 * 12
    image = image_of(noise(rng, "rgb8", (8, 6)), "rgb8", "cpu")
    torch.from_dlpack(image)[:] = 1
    assert (image.numpy() == 1).all()


# On a GPU: the other libraries share the memory, and all work is in the order of the program's lines, though each side
# has a stream of its own that the host never waits for. Slow work on one side shows a missing order.

BIG = (2048, 2048)


def slow_fill(retouch_image: retouch.ImageView, value: int) -> None:
    for _ in range(20):
        retouch.gaussian_blur(retouch_image, sigma_x=20)
    retouch.fill(retouch_image, (value, value, value))


def test_cuda_numpy_is_refused_with_the_way_out() -> None:
    need_gpu()
    image = retouch.Image("rgba8", (8, 8), device="cuda")
    with pytest.raises(TypeError, match="to_numpy"):
        np.asarray(image)
    with pytest.raises(retouch.InvalidArgument, match="to_numpy"):
        image.numpy()
    assert image.__dlpack_device__() == (2, 0)
    interface = image.__cuda_array_interface__
    assert interface["version"] == 3 and interface["shape"] == (8, 8, 4) and interface["typestr"] == "|u1"
    assert interface["stream"] == image.stream.handle != 0 and interface["data"][1] is False
    for stream in (0, -2):
        with pytest.raises(retouch.InvalidArgument, match="does not say which"):
            image.__dlpack__(stream=stream)
    for no_stream in (3, 10**9, 2**62):
        with pytest.raises(retouch.InvalidArgument, match="not the address of a stream"):
            image.__dlpack__(stream=no_stream)
        with pytest.raises(retouch.InvalidArgument, match="not the address of a stream"):
            retouch.Stream.from_handle(no_stream)


def test_torch_shares_gpu_memory_both_ways() -> None:
    need_gpu()
    torch = need("torch")
    image = retouch.Image("rgba8", BIG, device="cuda")
    for stream in (torch.cuda.current_stream(), torch.cuda.Stream()):
        with torch.cuda.stream(stream):
            slow_fill(image, 10)
            tensor = torch.from_dlpack(image)
            assert tensor.data_ptr() == image.__cuda_array_interface__["data"][0] and tensor.shape == (2048, 2048, 4)
            assert (tensor[..., :3] == 10).all().item()  # theirs waits for ours
            for _ in range(20):
                tensor.random_(0, 255)
            tensor.fill_(33)
            retouch.fill(image.region((0, 0, 5, 5)), (1, 1, 1))  # ours waits for theirs
            assert (tensor[:5, :5, :3] == 1).all().item()  # and theirs for that
            got = image.to_numpy()
            assert (got[:5, :5, :3] == 1).all() and (got[5:] == 33).all()


def test_wrapping_a_torch_tensor() -> None:
    need_gpu()
    torch = need("torch")
    for stream in (torch.cuda.default_stream(), torch.cuda.Stream()):
        with torch.cuda.stream(stream):
            tensor = torch.empty((2048, 2048, 4), dtype=torch.uint8, device="cuda")
            for _ in range(20):
                tensor.random_(0, 255)
            tensor.fill_(20)
            view = retouch.ImageView.wrap(tensor, "rgba8")
            assert view.device.name == "cuda:0"
            retouch.fill(view.region((0, 0, 2048, 1024)), (40, 40, 40, 128))
            slow_fill(view.region((0, 1024, 2048, 1024)), 90)
            assert (tensor[:1024, :, 0] == 30).all().item() and (tensor[1024:, :, 0] == 90).all().item()
    with pytest.raises(retouch.InvalidArgument, match="on cuda:0"):
        retouch.ImageView.wrap(torch.zeros((4, 4, 4), device="cuda"))


def test_cupy_shares_gpu_memory_both_ways() -> None:
    need_gpu()
    cupy = need("cupy")
    image = retouch.Image("rgba8", BIG, device="cuda")
    for stream in (cupy.cuda.Stream.null, cupy.cuda.Stream(non_blocking=True)):
        with stream:
            slow_fill(image, 10)
            array = cupy.asarray(image.region((16, 16, 1000, 1000)))
            assert array.data.ptr == image.__cuda_array_interface__["data"][0] + 16 * array.strides[0] + 16 * 4
            assert bool((array[..., :3] == 10).all())
            for _ in range(20):
                array[:] = (array * 3 + 1).astype(cupy.uint8)
            array[:] = 33
            got = image.to_numpy()
            assert (got[16:1016, 16:1016] == 33).all() and (got[:16, :, :3] == 10).all()
            other = cupy.from_dlpack(image)
            assert bool((other[16:1016, 16:1016] == 33).all())
    source = cupy.zeros((64, 64, 3), dtype=cupy.uint8)
    retouch.fill(retouch.ImageView.wrap(source, "bgr8"), (1, 2, 3))
    assert bool((source == cupy.array([3, 2, 1], dtype=cupy.uint8)).all())


def test_another_librarys_stream_is_taken_where_a_stream_is() -> None:
    need_gpu()
    torch = need("torch")
    stream = torch.cuda.Stream()
    image = retouch.Image("rgba8", BIG, stream=stream)
    assert image.device.name == "cuda:0" and image.stream.handle == stream.cuda_stream
    slow_fill(image, 50)
    with torch.cuda.stream(stream):
        assert (torch.from_dlpack(image)[..., 0] == 50).all().item()

    class Protocol:
        def __cuda_stream__(self) -> tuple[int, int]:
            return (0, stream.cuda_stream)

    other = retouch.Image("rgba8", (16, 16), device="cuda")
    retouch.fill(other, (5, 5, 5), stream=Protocol())
    assert (other.to_numpy()[..., 0] == 5).all()
    mine = retouch.Stream("cuda")
    assert mine.__cuda_stream__() == (0, mine.handle)
    mine.wait_for(stream)
    assert retouch.Stream.wrap(stream).handle == stream.cuda_stream


def test_gpu_memory_that_is_dropped_while_in_use() -> None:
    need_gpu()
    torch = need("torch")
    wanted = []
    for value in range(30):
        tensor = torch.full((2048, 2048, 4), value, dtype=torch.uint8, device="cuda")
        view = retouch.ImageView.wrap(tensor, "rgba8")
        result = retouch.Image("rgba8", BIG, device="cuda", stream=retouch.Stream("cuda"))
        for _ in range(5):
            retouch.copy_into(view, result)
        wanted.append((value, result))
        del tensor, view
        torch.full((2048, 2048, 4), 255, dtype=torch.uint8, device="cuda")  # takes the memory if it is free
    for value, result in wanted:
        assert (result.to_numpy() == value).all()


@pytest.mark.parametrize("stream", [5, "stream", object()])
def test_what_is_no_stream(stream: object) -> None:
    with pytest.raises(TypeError, match="fill: stream must be"):
        retouch.fill(retouch.Image("rgba8", (4, 4)), (1, 2, 3), stream=stream)


def test_a_gpus_stream_for_host_memory() -> None:
    class Protocol:
        def __cuda_stream__(self) -> tuple[int, int]:
            return (0, 1)

    with pytest.raises(retouch.InvalidArgument, match="a CUDA stream .* for an image on the cpu"):
        retouch.fill(retouch.Image("rgba8", (4, 4)), (1, 2, 3), stream=Protocol())
    with pytest.raises(retouch.InvalidArgument):
        retouch.Stream("cpu").__cuda_stream__()
