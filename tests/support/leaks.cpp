// For the leak check of AddressSanitizer: GLib allocates for good while it is loaded. What library constructors
// allocate (the dynamic loader is on the stack) is not counted; seeing that takes whole stacks.
// NOLINTBEGIN(bugprone-reserved-identifier): the names are the sanitizer's
extern "C" {
__attribute__((visibility("default"))) const char* __asan_default_options();
__attribute__((visibility("default"))) const char* __lsan_default_suppressions();
const char* __asan_default_options() { return "fast_unwind_on_malloc=0"; }
const char* __lsan_default_suppressions() { return "leak:ld-linux\n"; }
}
// NOLINTEND(bugprone-reserved-identifier)
