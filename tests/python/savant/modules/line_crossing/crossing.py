"""Counts the objects that enter and leave an area, for each of its named edges."""

from collections import defaultdict

import yaml
from savant_rs.primitives.geometry import IntersectionKind, Point, PolygonalArea, Segment

from savant.deepstream.meta.frame import NvDsFrameMeta
from savant.deepstream.pyfunc import NvDsPyFuncPlugin
from savant.gstreamer import Gst


def read_areas(path):
    with open(path, encoding='utf8') as file:
        config = yaml.safe_load(file)
    return {
        source: PolygonalArea([Point(*p) for p in entry['points']], entry['edges'])
        for source, entry in config.items()
    }


class SkipUnknownSources(NvDsPyFuncPlugin):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.areas = read_areas(self.config_path)

    def process_frame(self, buffer: Gst.Buffer, frame_meta: NvDsFrameMeta):
        if frame_meta.source_id in self.areas:
            return
        for obj_meta in frame_meta.objects:
            if obj_meta.is_primary:
                frame_meta.remove_obj_meta(obj_meta)


class LineCrossing(NvDsPyFuncPlugin):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.areas = read_areas(self.config_path)
        self.last = defaultdict(dict)
        self.counts = defaultdict(lambda: defaultdict(int))

    def on_source_eos(self, source_id: str):
        self.logger.info('%s has ended', source_id)
        self.last.pop(source_id, None)
        self.counts.pop(source_id, None)

    def process_frame(self, buffer: Gst.Buffer, frame_meta: NvDsFrameMeta):
        source = frame_meta.source_id
        primary = None
        tracks = []
        for obj_meta in frame_meta.objects:
            if obj_meta.is_primary:
                primary = obj_meta
            elif obj_meta.label == self.target:
                tracks.append((obj_meta.track_id, Point(obj_meta.bbox.xc, obj_meta.bbox.yc)))
        if primary is None:
            return
        moves = [(track, Segment(self.last[source][track], place)) for track, place in tracks if track in self.last[source]]
        results = self.areas[source].crossed_by_segments([move for _, move in moves])
        for result in results:
            if result.kind == IntersectionKind.Enter:
                self.counts[source][f'entry+{result.edges[0][1]}'] += 1
            elif result.kind == IntersectionKind.Leave:
                self.counts[source][f'exit+{result.edges[-1][1]}'] += 1
        self.last[source].update(tracks)
        for name, count in self.counts[source].items():
            primary.add_attr_meta('analytics', name, count)
