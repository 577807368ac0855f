"""Sums up what models found out about persons, and puts the sums on the frame."""

from savant.deepstream.pyfunc import NvDsPyFuncPlugin
from savant.metrics import Counter, Gauge


class Older(NvDsPyFuncPlugin):
    """A year for every frame."""

    def process_frame(self, buffer, frame_meta):
        for obj in frame_meta.objects:
            years = obj.get_attr_meta('age', 'years')
            if years is not None:
                obj.add_attr_meta('age', 'years', years.value + frame_meta.frame_num, years.confidence, replace=True)


class Total(NvDsPyFuncPlugin):
    def on_start(self) -> bool:
        if not super().on_start():
            return False
        self.metrics['persons'] = Counter('persons', 'Persons seen', labelnames=('source_id',))
        self.metrics['oldest'] = Gauge('oldest')
        return True

    def process_frame(self, buffer, frame_meta):
        years, faces = [], 0
        for obj in frame_meta.objects:
            if obj.is_primary:
                primary = obj
            elif obj.label == 'person':
                years += [attr.value for attr in obj.get_attr_meta_list('age', 'years') or []]
                self.metrics['persons'].inc(labels=(frame_meta.source_id,))
            elif obj.parent is not None and obj.parent.label == 'person':
                faces += 1
        with frame_meta.telemetry_span.nested_span('sum') as span:
            span.set_int_attribute('persons', len(years))
            primary.add_attr_meta('totals', 'years', sum(years))
            primary.add_attr_meta('totals', 'faces', faces)
            before = primary.get_attr_meta('earlier', 'years')
            primary.add_attr_meta('totals', 'with_earlier', sum(years) + (before.value if before else 0))
        if years:
            self.metrics['oldest'].set(max(years))
