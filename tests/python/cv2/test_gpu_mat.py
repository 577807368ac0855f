"""GpuMat itself: making, moving, parts, facts, sharing; matrices of frames."""

from __future__ import annotations

import gc
import sys
import threading

import numpy as np
import pytest
from cv2_support import close, code, cuda, cv2, device, noise  # noqa: F401

import retouch

TYPES = [(type, channels) for type in ("u1", "i1", "u2", "i2", "i4", "f4", "f8") for channels in (1, 2, 3, 4)]


@pytest.mark.parametrize("type, channels", TYPES)
def test_up_and_down(device, rng, type, channels):
    a = noise(rng, type, channels)
    mat = cuda.GpuMat(a)
    assert (mat.size(), mat.channels(), mat.type(), mat.depth()) == ((53, 37), channels, code(a), code(a) & 7)
    assert mat.elemSize() == a.itemsize * channels and mat.elemSize1() == a.itemsize
    assert mat.step >= 53 * mat.elemSize() and mat.step1() * a.itemsize == mat.step
    assert not mat.empty() and not mat.locked and mat.cudaPtr() != 0 and mat.device.name.startswith(device)
    close(mat, a, 0, 0)
    other = cuda.GpuMat()
    assert other.empty() and other.size() == (0, 0)
    other.upload(a, cuda.Stream())
    close(other.download(cuda.Stream()), a, 0, 0)
    into = np.empty_like(a)
    assert other.download(into) is into and other.download(cuda.Stream(), into) is into
    close(into, a, 0, 0)
    small = np.empty((3, 3), np.uint8)
    assert other.download(small) is not small


def test_constructors(device, rng):
    c = cv2.CV_8UC3
    for mat in (cuda.GpuMat(4, 6, c), cuda.GpuMat(rows=4, cols=6, type=c), cuda.GpuMat((6, 4), c), cuda.GpuMat(size=(6, 4), type=c)):
        assert mat.size() == (6, 4) and mat.type() == c
    expected = np.empty((4, 6, 3), np.uint8)
    expected[:] = (1, 2, 3)
    for mat in (cuda.GpuMat(4, 6, c, (1, 2, 3)), cuda.GpuMat((6, 4), c, (1, 2, 3, 4)), cuda.GpuMat(4, 6, c, s=(1, 2, 3), allocator=None)):
        close(mat, expected, 0, 0)
    a = noise(rng, "u1", 3)
    mat = cuda.GpuMat(a)
    close(cuda.GpuMat(mat), a, 0, 0)
    close(cuda.GpuMat(mat, (3, 5, 11, 7)), np.ascontiguousarray(a[5:12, 3:14]), 0, 0)
    close(cuda.GpuMat(mat, (5, 12), (3, 14)), np.ascontiguousarray(a[5:12, 3:14]), 0, 0)
    close(cuda.GpuMat(mat, (-(2**31), 2**31 - 1), (3, 14)), np.ascontiguousarray(a[:, 3:14]), 0, 0)
    close(cuda.GpuMat(a[::2, ::-1]), np.ascontiguousarray(a[::2, ::-1]), 0, 0)
    close(cuda.GpuMat([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 2.0], [3.0, 4.0]]), 0, 0)
    read_only = a.copy()
    read_only.flags.writeable = False
    close(cuda.GpuMat(read_only), a, 0, 0)
    assert cuda.GpuMat(np.zeros((0, 5), np.uint8)).empty()
    assert isinstance(cv2.cuda_GpuMat(), cuda.GpuMat)
    for wrong in (lambda: cuda.GpuMat(mat, (50, 0, 10, 10)), lambda: cuda.GpuMat(-1, 4, c), lambda: cuda.GpuMat(4, 4, 7),
                  lambda: cuda.GpuMat(np.zeros((4, 4, 5), np.uint8)), lambda: cuda.GpuMat(np.zeros((4, 4), np.int64))):
        with pytest.raises(cv2.error):
            wrong()
    with pytest.raises(TypeError):
        cuda.GpuMat("street.png")


def test_type_codes_are_the_installed_opencvs():
    for name in ("8U", "8S", "16U", "16S", "32S", "32F", "64F"):
        for channels in (1, 2, 3, 4):
            number = getattr(cv2, f"CV_{name}C{channels}")
            mat = cuda.GpuMat(2, 2, number)
            assert mat.type() == number and mat.channels() == channels and mat.depth() == getattr(cv2, f"CV_{name}")


def test_parts_share_memory(device, rng):
    a = noise(rng, "u1", 3)
    mat = cuda.GpuMat(a)
    mat.row(3).setTo((1, 2, 3))
    a[3] = (1, 2, 3)
    mat.col(7).setTo((4, 5, 6))
    a[:, 7] = (4, 5, 6)
    mat.rowRange(10, 12).setTo((7,))
    a[10:12] = (7, 0, 0)
    mat.rowRange((20, 22)).setTo(9)
    a[20:22] = (9, 0, 0)
    mat.colRange(30, 33).setTo((8, 8, 8, 8))
    a[:, 30:33] = 8
    mat.colRange((40, 41)).setTo((8, 8, 8, 8))
    a[:, 40:41] = 8
    close(mat, a, 0, 0)


def test_locate_and_adjust(device, rng):
    a = noise(rng)
    mat = cuda.GpuMat(a)
    part = cuda.GpuMat(mat, (3, 5, 11, 7))
    assert part.locateROI() == ((53, 37), (3, 5)) and mat.locateROI() == ((53, 37), (0, 0))
    assert part.adjustROI(2, 1, 3, 100) is part
    assert part.locateROI() == ((53, 37), (0, 3))
    close(part, np.ascontiguousarray(a[3:13, :53]), 0, 0)
    assert not part.isContinuous() or part.step == 53


def test_reshape_release_create(device, rng):
    a = noise(rng, "u1", 4)
    mat = cuda.GpuMat(a)
    assert mat.reshape(1).size() == (212, 37)
    close(mat.reshape(2), a.reshape(37, 106, 2), 0, 0)
    flat = cuda.createContinuous(37, 53, cv2.CV_8UC4)
    assert flat.isContinuous() and flat.size() == (53, 37)
    flat.upload(a)
    close(flat.reshape(0, 1), a.reshape(1, -1, 4), 0, 0)
    address = mat.cudaPtr()
    mat.create(37, 53, cv2.CV_8UC4)
    assert mat.cudaPtr() == address
    mat.create((5, 4), cv2.CV_32FC1)
    assert mat.size() == (5, 4) and mat.type() == cv2.CV_32FC1
    mat.release()
    assert mat.empty()
    big = cuda.ensureSizeIsEnough(10, 20, cv2.CV_8UC1)
    small = cuda.ensureSizeIsEnough(4, 5, cv2.CV_8UC1, big)
    assert small is big and small.size() == (5, 4) and small.locateROI()[0] == (20, 10)


def test_an_empty_matrix(device, rng):
    mat = cuda.GpuMat()
    assert mat.empty() and mat.isContinuous() and mat.locateROI() == ((0, 0), (0, 0)) and repr(mat) == "<cv2.cuda.GpuMat (empty)>"
    if device == "cpu":
        assert mat.numpy().size == 0 and np.from_dlpack(mat).size == 0
    with pytest.raises(cv2.error, match="empty"):
        mat.download()
    for call in (lambda: cuda.resize(mat, (3, 3)), lambda: mat.row(0), lambda: cuda.add(mat, mat), lambda: cuda.merge([])):
        with pytest.raises(cv2.error):
            call()
    mat.setTo(0)
    assert mat.clone().empty() and mat.reshape(1).empty() and mat.adjustROI(1, 1, 1, 1) is mat
    full = cuda.GpuMat(noise(rng))
    full.upload(np.zeros((0, 0), np.uint8))
    assert full.empty()


def test_copy_to(device, rng):
    a, before = noise(rng, "u1", 3), noise(rng, "u1", 3)
    mask = (noise(rng) > 99).astype(np.uint8)
    masked = np.where(mask[..., None] > 0, a, before)
    mat, over, stream = cuda.GpuMat(a), cuda.GpuMat(mask), cuda.Stream()
    close(mat.copyTo(), a, 0, 0)
    close(mat.copyTo(stream), a, 0, 0)
    close(mat.clone(), a, 0, 0)
    for call, expected in (
        (lambda d: mat.copyTo(d), a),
        (lambda d: mat.copyTo(dst=d), a),
        (lambda d: mat.copyTo(stream, d), a),
        (lambda d: mat.copyTo(stream=stream, dst=d), a),
        (lambda d: mat.copyTo(over, d), masked),
        (lambda d: mat.copyTo(mask=over, dst=d), masked),
        (lambda d: mat.copyTo(over, stream, d), masked),
        (lambda d: mat.copyTo(mask=over, stream=stream, dst=d), masked),
    ):
        dst = cuda.GpuMat(before)
        assert call(dst) is dst
        close(dst, expected, 0, 0)
    close(mat.copyTo(mask=over), np.where(mask[..., None] > 0, a, 0).astype(np.uint8), 0, 0)


def test_set_to(device, rng):
    a = noise(rng, "i2", 2)
    mask = (noise(rng) > 99).astype(np.uint8)
    over, stream = cuda.GpuMat(mask), cuda.Stream()
    whole = np.empty_like(a)
    whole[:] = (-5, 300)
    some = np.where(mask[..., None] > 0, whole, a)
    for call, expected in (
        (lambda m: m.setTo((-5, 300)), whole),
        (lambda m: m.setTo((-5, 300), stream), whole),
        (lambda m: m.setTo(np.array([-5, 300]), stream=stream), whole),
        (lambda m: m.setTo((-5, 300, 0, 0), over), some),
        (lambda m: m.setTo((-5, 300), over, stream), some),
        (lambda m: m.setTo(s=(-5, 300), mask=over, stream=stream), some),
    ):
        mat = cuda.GpuMat(a)
        assert call(mat) is mat
        close(mat, expected, 0, 0)


def test_convert_to(device, rng):
    a = noise(rng, "u1", 3)
    mat, stream = cuda.GpuMat(a), cuda.Stream()
    plain, scaled = a.astype(np.float32), a.astype(np.float32) * np.float32(0.5) + np.float32(3)
    f = cv2.CV_32F
    for made, expected in (
        (mat.convertTo(f), plain),
        (mat.convertTo(f, stream), plain),
        (mat.convertTo(rtype=f, stream=stream), plain),
        (mat.convertTo(f, alpha=0.5, beta=3), scaled),
        (mat.convertTo(f, None, 0.5, 3), scaled),
        (mat.convertTo(f, 0.5, 3, stream), scaled),
        (mat.convertTo(f, 0.5, stream), a * np.float32(0.5)),
        (mat.convertTo(cv2.CV_32FC3), plain),
        (mat.convertTo(-1), a),
    ):
        close(made, expected, 0, 1e-6)
    dst = cuda.GpuMat()
    assert mat.convertTo(f, dst) is dst and mat.convertTo(f, 0.5, 3, stream, dst) is dst and mat.convertTo(f, stream, dst) is dst
    mat.assignTo(dst)
    assert dst.cudaPtr() == mat.cudaPtr()
    other = cuda.GpuMat()
    mat.assignTo(other, cv2.CV_16S)
    close(other, a.astype(np.int16), 0, 0)


def test_swap(device, rng):
    a, b = noise(rng), noise(rng, "f4", 2)
    x, y = cuda.GpuMat(a), cuda.GpuMat(b)
    x.swap(y)
    x.swap(x)
    close(x, b, 0, 0)
    close(y, a, 0, 0)


def test_host_memory(rng):
    a = noise(rng, "u1", 3)
    mem = cuda.HostMem(37, 53, cv2.CV_8UC3, cuda.HostMem_PAGE_LOCKED)
    mem.createMatHeader()[:] = a
    assert (mem.size(), mem.type(), mem.channels(), mem.depth(), mem.elemSize(), mem.elemSize1()) == ((53, 37), cv2.CV_8UC3, 3, 0, 3, 1)
    mat = cuda.GpuMat()
    mat.upload(mem.createMatHeader())
    close(mat, a, 0, 0)
    mat.upload(mem)
    close(mat, a, 0, 0)
    back = cuda.HostMem((53, 37), cv2.CV_8UC3)
    mat.download(back.createMatHeader())
    close(back.createMatHeader(), a, 0, 0)
    assert cuda.HostMem().empty() and not back.empty() and back.clone().size() == (53, 37)
    assert cuda.HostMem(a).reshape(1).size() == (159, 37) and back.step == 159 and back.step1() == 159
    other = cuda.HostMem()
    other.swap(back)
    assert back.empty() and other.isContinuous()
    cuda.registerPageLocked(a)
    cuda.unregisterPageLocked(a)
    pool = cuda.BufferPool(cuda.Stream())
    assert pool.getBuffer(3, 4, cv2.CV_8UC1).size() == (4, 3) == pool.getBuffer((4, 3), cv2.CV_8UC1).size()


# --- other libraries --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("type, channels", TYPES)
def test_numpy_shares_on_the_cpu(rng, type, channels):
    cuda.setDevice("cpu")
    a = noise(rng, type, channels)
    mat = cuda.GpuMat(a)
    part = cuda.GpuMat(mat, (3, 5, 11, 7))
    for array in (part.numpy(), np.asarray(part), np.from_dlpack(part)):
        close(array, np.ascontiguousarray(a[5:12, 3:14]), 0, 0)
    part.numpy()[0, 0] = 1
    assert (mat.download()[5, 3] == 1).all()
    array = mat.numpy()
    mat.create(2, 2, cv2.CV_8UC1)
    del mat, part
    gc.collect()
    assert array.shape[:2] == (37, 53) and (array[5, 3] == 1).all()
    assert not hasattr(cuda.GpuMat(a), "__cuda_array_interface__")
    cuda.setDevice("auto")


def test_wrapped_arrays(rng):
    a = noise(rng, "u1", 3)
    mat = cv2.wrap_array(a)
    assert mat.cudaPtr() == a.ctypes.data and mat.device.is_cpu
    mat.setTo((1, 2, 3))
    assert (a == (1, 2, 3)).all()
    part = cv2.wrap_array(a[4:9, 10:20])
    part.setTo((9, 9, 9))
    assert (a[4:9, 10:20] == 9).all() and (a[:4] == (1, 2, 3)).all()
    address = a.ctypes.data
    del a
    gc.collect()
    assert mat.cudaPtr() == address and mat.numpy()[0, 0, 0] == 1
    close(cuda.GpuMat.from_dlpack(mat.numpy()), mat.numpy(), 0, 0)
    read_only = noise(rng)
    read_only.flags.writeable = False
    for wrong in (read_only, noise(rng)[:, ::-1], noise(rng, "u1", 3)[..., ::-1], np.zeros((3, 3), np.int64)):
        with pytest.raises(cv2.error):
            cv2.wrap_array(wrong)
    with pytest.raises(TypeError):
        cv2.wrap_array(7)


def test_memory_of_others(rng):
    cuda.setDevice("cpu")
    a = noise(rng, "u1", 4)
    mat = cuda.createGpuMatFromCudaMemory(37, 53, cv2.CV_8UC4, a.ctypes.data)
    close(mat, a, 0, 0)
    close(cuda.createGpuMatFromCudaMemory((10, 37), cv2.CV_8UC4, a.ctypes.data, 212), np.ascontiguousarray(a[:, :10]), 0, 0)
    with pytest.raises(cv2.error):
        cuda.createGpuMatFromCudaMemory(37, 53, cv2.CV_8UC4, a.ctypes.data, 100)
    with pytest.raises(cv2.error):
        cuda.createGpuMatFromCudaMemory(37, 53, cv2.CV_8UC4, 0)
    cuda.setDevice("auto")


# --- retouch's pictures -----------------------------------------------------------------------------------------------


def frame_of(a: np.ndarray, device: str) -> retouch.Frame:
    return retouch.Frame(retouch.Image.from_array(a, "rgba8", device=device), source_id="camera", index=3)


def test_a_frames_matrix_is_its_memory(device, rng):
    a = noise(rng, "u1", 4)
    with frame_of(a, device) as frame:
        mat = cv2.gpu_mat(frame)
        part = cv2.gpu_mat(frame.region((4, 6, 20, 10)))
        assert mat.type() == cv2.CV_8UC4 and mat.locked and part.locked and part.size() == (20, 10)
        part.setTo((1, 2, 3, 4), stream=cv2.gpu_stream(frame.stream))
        a[6:16, 4:24] = (1, 2, 3, 4)
        np.testing.assert_array_equal(frame.to_numpy(), a)
        # ours and theirs, on streams of their own, one after the other
        retouch.fill(frame.region((0, 0, 9, 9)), (7, 7, 7, 255), stream=retouch.Stream(device))
        cuda.flip(mat, 1, mat, cuda.Stream())
        retouch.fill(frame.region((1, 1, 2, 2)), (8, 8, 8, 255))
        a[:9, :9] = (7, 7, 7, 255)
        a = np.ascontiguousarray(a[:, ::-1])
        a[1:3, 1:3] = (8, 8, 8, 255)
        np.testing.assert_array_equal(frame.to_numpy(), a)
        np.testing.assert_array_equal(mat.download(), a)
        assert cv2.gpu_mat(frame.region((0, 0, 0, 0))).empty()


def test_a_frames_layout_is_locked(device, rng):
    a = noise(rng, "u1", 4)
    with frame_of(a, device) as frame:
        mat = cv2.gpu_mat(frame)
        other = cuda.GpuMat(3, 3, cv2.CV_8UC4)
        for call in (
            lambda: cuda.resize(mat, (5, 5), mat),
            lambda: cuda.cvtColor(mat, cv2.COLOR_RGBA2GRAY, mat),
            lambda: mat.create(5, 5, cv2.CV_8UC4),
            lambda: mat.upload(noise(rng)),
            lambda: other.copyTo(mat),
            lambda: mat.swap(other),
            lambda: other.swap(mat),
            lambda: other.assignTo(mat),
        ):
            with pytest.raises(retouch.LayoutError) as caught:
                call()
            assert isinstance(caught.value, cv2.error)
        mat.create(37, 53, cv2.CV_8UC4)  # what it is already
        np.testing.assert_array_equal(frame.to_numpy(), a)
        assert other.size() == (3, 3)


def test_matrices_outlive_their_frame_and_say_so(device, rng):
    a = noise(rng, "u1", 4)
    frame = frame_of(a, device)
    mat = cv2.gpu_mat(frame)
    part = cuda.GpuMat(mat, (1, 2, 10, 10))
    view = cv2.image_view(part)
    frame.expire()
    del frame
    gc.collect()
    own = cuda.GpuMat(a)
    blur = cuda.createGaussianFilter(cv2.CV_8UC4, cv2.CV_8UC4, (3, 3), 1)
    for use in (
        lambda: mat.download(),
        lambda: mat.numpy() if device == "cpu" else mat.cudaPtr(),
        lambda: part.setTo((0, 0, 0, 0)),
        lambda: blur.apply(part, part),
        lambda: blur.apply(own, mat),
        lambda: own.copyTo(mat),
        lambda: mat.copyTo(own),
        lambda: cuda.split(mat),
        lambda: cv2.image_view(part),
        lambda: mat.cudaPtr(),
        lambda: mat.__dlpack__(),
        lambda: view.to_numpy(),
    ):
        with pytest.raises(retouch.ExpiredFrame):
            use()
    with pytest.raises(cv2.error):
        mat.download()
    assert "GpuMat" in repr(mat) and mat.size() == (53, 37) and mat.locateROI()[0] == (53, 37)
    np.testing.assert_array_equal(own.download(), a)


def test_a_matrix_as_a_picture(device, rng):
    a = noise(rng, "u1", 4)
    mat = cuda.GpuMat(a)
    part = cuda.GpuMat(mat, (3, 5, 11, 7))
    view = cv2.image_view(part)
    assert view.format == retouch.PixelFormat.rgba8 and tuple(view.size) == (11, 7)
    retouch.fill(view, (9, 8, 7), stream=retouch.Stream(device))
    a[5:12, 3:14] = (9, 8, 7, 255)
    close(mat, a, 0, 0)
    mat.setTo((1, 1, 1, 1), cuda.Stream())
    np.testing.assert_array_equal(view.to_numpy(), np.ones((7, 11, 4), np.uint8))
    del mat, part
    gc.collect()
    np.testing.assert_array_equal(view.to_numpy(), np.ones((7, 11, 4), np.uint8))
    with frame_of(a, device) as frame:
        whole = cv2.gpu_mat(frame.region((2, 3, 30, 20)))
        again = cv2.image_view(cuda.GpuMat(whole, (4, 5, 6, 7)))
        assert isinstance(again, retouch.FrameView)
        np.testing.assert_array_equal(again.to_numpy(), a[8:15, 6:12])
        with pytest.raises(cv2.error, match="another shape"):
            cv2.image_view(whole.reshape(1))
    assert cv2.image_view(cuda.GpuMat(noise(rng))).format == retouch.PixelFormat.gray8
    with pytest.raises(cv2.error):
        cv2.image_view(cuda.GpuMat(noise(rng, "f4")))


def test_planar_formats_are_no_matrices(device):
    image = retouch.Image("nv12", (16, 8), device=device)
    with pytest.raises(retouch.Unsupported):
        cv2.gpu_mat(image)
    with pytest.raises(TypeError):
        cv2.gpu_mat(np.zeros((4, 4), np.uint8))


def test_threads_may_use_one_matrix(device, rng):
    """While one thread's call is under way without the GIL, others give the object new memory. Nothing may crash, and every
    result is one that some order of the calls gives."""
    a = noise(rng, "u1", 4, (240, 320))
    source, shared = cuda.GpuMat(a), cuda.GpuMat()
    failures: list[BaseException] = []

    def work(size: tuple[int, int]) -> None:
        try:
            cuda.setDevice(device)  # each thread has its own
            stream = cuda.Stream()
            for _ in range(30):
                cuda.resize(source, size, shared, stream=stream)
                cuda.flip(shared, 1, stream=stream)
                shared.download(stream)
        except BaseException as error:
            failures.append(error)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    threads = [threading.Thread(target=work, args=((40 + k, 30 + k),)) for k in range(4)]
    try:
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
    finally:
        sys.setswitchinterval(interval)
    assert not failures
    assert shared.size() in [(40 + k, 30 + k) for k in range(4)]


def test_the_gil_is_let_go(device, rng):
    """A long filter leaves other threads running."""
    mat = cuda.GpuMat(noise(rng, "u1", 4, (1080, 1920)))
    blur = cuda.createLinearFilter(cv2.CV_8UC4, -1, np.full((15, 15), 1 / 225))
    ticks, stop = [0], threading.Event()

    def tick() -> None:
        while not stop.wait(0.001):
            ticks[0] += 1

    thread = threading.Thread(target=tick)
    thread.start()
    before = ticks[0]
    for _ in range(2):
        blur.apply(mat, mat)
    mat.download()
    during = ticks[0] - before
    stop.set()
    thread.join()
    assert during > 3 or device == "cuda"


def test_a_wrong_region_is_no_copy_of_the_whole(device, rng):
    """No call with a wrong argument may be taken for another overload: an edit of the copy would be lost in silence."""
    mat = cuda.GpuMat(noise(rng, "u1", 4))
    for roi in ((5.0, 5.0, 10.0, 10.0), (1, 2, 3), (1, 2, 3, 4, 5), (1, 3), retouch.Box(1, 2, 3, 4), "x", 7):
        with pytest.raises(TypeError):
            cuda.GpuMat(mat, roi)
    for arguments in ((2, 2, cv2.CV_8UC4, (1, 2, 3, 4, 5)), (2, 2, cv2.CV_8UC4, "x"), ((2, 2), cv2.CV_8UC1, object())):
        with pytest.raises(TypeError):
            cuda.GpuMat(*arguments)
    with pytest.raises(TypeError):
        cuda.Stream("x")
    cuda.Stream(0)
    for allocator in (None, cuda.GpuMat_defaultAllocator()):
        assert cuda.GpuMat(allocator=allocator).empty() and cuda.GpuMat(2, 2, cv2.CV_8UC4, allocator).size() == (2, 2)


def test_no_mask(device, rng):
    mat = cuda.GpuMat(noise(rng, "u1", 4))
    mat.setTo((1, 2, 3, 4), mask=None)
    mat.setTo((1, 2, 3, 4), None, cuda.Stream())
    other = mat.copyTo(mask=None)
    into = cuda.GpuMat()
    mat.copyTo(None, cuda.Stream(), into)
    for got in (other, into):
        assert (got.download() == (1, 2, 3, 4)).all()


def test_what_the_installed_cv2_has_besides_does_not_end_the_process(device, rng):
    real = getattr(__import__("cv2"), "cuda", None)
    mat = cuda.GpuMat(noise(rng, "u1", 1))
    for name in ("nonLocalMeans", "fastNlMeansDenoising", "fastNlMeansDenoisingColored", "DeviceInfo", "TargetArchs"):
        if not hasattr(real, name):
            continue
        with pytest.raises(NotImplementedError, match=name):
            getattr(cuda, name)(mat, 3.0)


def test_the_header_of_savants_images(device, rng):
    if device != "cpu":
        return
    a = noise(rng, "u1", 4)
    mat = cv2.savant.createGpuMat(37, 53, cv2.CV_8UC4, a.ctypes.data)
    mat.setTo((9, 9, 9, 9))
    assert (a == 9).all()
