"""Streams, events and devices of cv2.cuda, and the order between libraries."""

from __future__ import annotations

import numpy as np
import pytest
from cv2_support import close, cuda, cv2, device, noise  # noqa: F401

import retouch


def test_stream(device, rng):
    stream = cuda.Stream()
    assert isinstance(stream, retouch.Stream) and stream.device.name.startswith(device)
    a = noise(rng)
    mat = cuda.GpuMat()
    mat.upload(a, stream)
    made = cuda.flip(mat, 0, stream=stream)
    stream.waitForCompletion()
    assert stream.queryIfComplete()
    close(made, a[::-1].copy(), 0, 0)
    assert (stream.cudaPtr() != 0) == (device == "cuda")
    assert isinstance(cuda.Stream(1), cuda.Stream) and isinstance(cv2.cuda_Stream(), cuda.Stream)


def test_null_stream(device, rng):
    assert cuda.Stream_Null() is cuda.Stream.Null() and cuda.Stream_Null().cudaPtr() == 0
    a = noise(rng)
    for null in (None, cuda.Stream_Null()):
        close(cuda.flip(cuda.GpuMat(a), 1, stream=null), a[:, ::-1].copy(), 0, 0)
    cuda.Stream_Null().waitForCompletion()
    assert cuda.Stream_Null().queryIfComplete()


def test_streams_of_retouch(device, rng):
    ours = retouch.Stream(device)
    theirs = cv2.gpu_stream(ours)
    assert isinstance(theirs, cuda.Stream) and theirs.handle == ours.handle
    assert cv2.core_stream(theirs).handle == ours.handle
    a = noise(rng, "u1", 4)
    mat = cuda.GpuMat(a)
    cuda.flip(mat, 1, mat, ours)
    cuda.flip(mat, 0, mat, theirs)
    close(mat, a[::-1, ::-1].copy(), 0, 0)
    image = retouch.Image.from_array(a, "rgba8", device=device)
    retouch.fill(image, (1, 2, 3), stream=theirs)  # where one of ours is asked for
    assert (image.to_numpy() == (1, 2, 3, 255)).all()
    with pytest.raises(TypeError):
        cuda.flip(mat, 1, mat, 7)
    assert cv2.core_stream(cuda.Stream_Null()).device == mat.device


def test_event(device, rng):
    first, second = cuda.Stream(), cuda.Stream()
    event = cuda.Event()
    assert event.queryIfComplete()
    mat = cuda.GpuMat(noise(rng, "u1", 4, (600, 800)))
    cuda.flip(mat, 1, mat, first)
    event.record(first)
    second.waitEvent(event)
    event.waitForCompletion()
    assert event.queryIfComplete()
    event.record()
    with pytest.raises(NotImplementedError):
        cuda.Event_elapsedTime(event, event)
    with pytest.raises(NotImplementedError):
        cuda.Event.elapsedTime(event, event)
    assert cv2.cuda_Event is cuda.Event


def test_work_on_one_matrix_is_in_the_order_of_the_calls(device, rng):
    a = noise(rng, "u1", 4, (480, 640))
    mat = cuda.GpuMat(a)
    streams = [cuda.Stream() for _ in range(3)]
    expected = a
    for k in range(30):
        value = np.full(4, k + 1, np.uint8)
        part = cuda.GpuMat(mat, (k, k, 100, 100))
        part.setTo(tuple(map(int, value)), streams[k % 3])
        expected[k : k + 100, k : k + 100] = value
        cuda.flip(mat, 1, mat, streams[(k + 1) % 3])
        expected = np.ascontiguousarray(expected[:, ::-1])
    close(mat, expected, 0, 0)


def test_devices(device):
    number = cuda.getDevice()
    assert number == (-1 if device == "cpu" else 0)
    cuda.setDevice(number)
    cuda.setDevice(retouch.Device(device))
    cuda.setDevice(device=device)
    assert cuda.getDevice() == number and cuda.GpuMat(2, 2, cv2.CV_8UC1).device.name.startswith(device)
    assert cuda.getCudaEnabledDeviceCount() == sum(info.device.is_cuda for info in retouch.list_devices())
    with pytest.raises(cv2.error):
        cuda.setDevice(63)
    with pytest.raises(retouch.Unsupported):
        cuda.setDevice("cuda:63")
    cuda.resetDevice()
    cuda.printShortCudaDeviceInfo(0)
    cuda.setBufferPoolUsage(True)
    cuda.setBufferPoolConfig(0, 1 << 20, 2)


def test_matrices_follow_the_stream_they_are_made_on(device, rng):
    cuda.setDevice("cpu")
    stream = cv2.gpu_stream(retouch.Stream(device))
    mat = cuda.GpuMat()
    mat.upload(noise(rng), stream)
    assert mat.device.name.startswith(device)
    assert cuda.resize(mat, (5, 4)).device == mat.device


def test_a_cpu_stream_is_no_stream_for_a_gpu(device, rng):
    if device == "cpu":
        with pytest.raises(cv2.error):
            cuda.wrapStream(1)
        return
    mat = cuda.GpuMat(noise(rng))
    with pytest.raises(retouch.InvalidArgument):
        cuda.flip(mat, 1, stream=retouch.Stream("cpu"))
    ours = retouch.Stream(device)
    wrapped = cuda.wrapStream(ours.handle)
    assert wrapped.cudaPtr() == ours.handle
    close(cuda.flip(mat, 1, stream=wrapped), mat.download()[:, ::-1].copy(), 0, 0)
    assert cuda.flip(mat, 1, stream=cuda.wrapStream(0)).size() == mat.size()


@pytest.fixture
def torch():
    module = pytest.importorskip("torch")
    if retouch.cuda_unavailable_reason() or not module.cuda.is_available():
        pytest.skip("no GPU for torch")
    cuda.setDevice("cuda")
    yield module
    cuda.setDevice("auto")


def test_torch_and_matrices_take_turns(torch, rng):
    """Without a single wait of the program."""
    a = noise(rng, "f4", 3, (720, 1280))
    mat = cuda.GpuMat(a)
    part = cuda.GpuMat(mat, (100, 50, 800, 600))
    for share in (torch.from_dlpack, lambda m: torch.as_tensor(m, device="cuda")):
        tensor = share(part)
        for k in range(10):
            tensor.mul_(1.5)
            a[50:650, 100:900] *= np.float32(1.5)
            cuda.add(part, (1, 2, 3), part, stream=cuda.Stream())
            a[50:650, 100:900] += np.array([1, 2, 3], np.float32)
            tensor.sub_(0.5)
            a[50:650, 100:900] -= np.float32(0.5)
            cuda.flip(mat, 1, mat, stream=cuda.Stream())
            a = np.ascontiguousarray(a[:, ::-1])
            cuda.flip(mat, 1, mat)
            a = np.ascontiguousarray(a[:, ::-1])
        close(mat, a, 1e-2, 1e-4)
    wrapped = cv2.wrap_array(tensor)
    assert wrapped.cudaPtr() == tensor.data_ptr() and wrapped.device.is_cuda
    wrapped.setTo((1, 1, 1))
    assert float(tensor.mean()) == 1


def test_a_tensor_keeps_the_memory_of_its_matrix(torch, rng):
    a = noise(rng, "u1", 4, (720, 1280))
    tensors = []
    for _ in range(20):
        mat = cuda.GpuMat(a)
        tensors.append(torch.as_tensor(mat, device="cuda"))
        mat.create(2, 2, cv2.CV_8UC1)
        cuda.GpuMat(720, 1280, cv2.CV_8UC4, (0, 0, 0, 0))
        tensors.append(torch.from_dlpack(cuda.GpuMat(a)))
    for tensor in tensors:
        np.testing.assert_array_equal(tensor.cpu().numpy(), a)
