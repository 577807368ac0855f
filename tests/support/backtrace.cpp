// A test program that dies of a signal says where: functions of libraries by name, our own by their offset (addr2line).
// The sanitizers say it themselves.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#include <execinfo.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <string_view>

namespace {

extern "C" void print_backtrace(int signal) {
  constexpr std::string_view title = "\ndied of a signal; the stack of this thread:\n";
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, title.data(), title.size());
  std::array<void*, 64> frames{};
  backtrace_symbols_fd(frames.data(), backtrace(frames.data(), static_cast<int>(frames.size())), STDERR_FILENO);
  raise(signal);  // the handler is gone: SA_RESETHAND
}

[[maybe_unused]] const bool installed = [] {
  std::array<void*, 1> frame{};
  backtrace(frame.data(), 1);  // loads what it needs: a handler must not allocate
  struct sigaction action = {};
  action.sa_handler = print_backtrace;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_NODEFER);
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) sigaction(signal, &action, nullptr);
  return true;
}();

}  // namespace
#endif
