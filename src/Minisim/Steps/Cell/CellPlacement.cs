using Minisim.Random;
using Minisim.Scenes;

namespace Minisim.Steps;

/// <summary>Where the cells of a population are. Those of the FOV come first and are drawn without looking at the margin,
/// so that motion, which needs the margin, does not change what is in view.</summary>
internal static class CellPlacement
{
    public static IReadOnlyList<Position> Place(Population population, int index, Grid grid, ulong seed)
    {
        if (population.PositionsUm is { } given) return given;

        double fovHeight = grid.FovHeight * grid.PixelSizeUm, fovWidth = grid.FovWidth * grid.PixelSizeUm;
        double height = grid.Height * grid.PixelSizeUm, width = grid.Width * grid.PixelSizeUm;
        var inFov = PlaceNeurons.PopulationCount(population, fovHeight, fovWidth);
        var inMargin = Math.Max(0, PlaceNeurons.PopulationCount(population, height, width) - inFov);

        var positions = new List<Position>(inFov + inMargin);
        var spacing = population.MinDistanceUm > 0 ? new Spacing(population.MinDistanceUm, height, width, inFov + inMargin) : null;
        var depth = population.DepthRangeUm;

        var fov = new Draws(seed, RandomStream.Placement, (uint)index, 0);
        Fill(inFov, i => new Position(
            fov.Uniform(3 * i, depth.Min, depth.Max),
            fov.Uniform(3 * i + 1, -fovHeight / 2, fovHeight / 2),
            fov.Uniform(3 * i + 2, -fovWidth / 2, fovWidth / 2)));

        // The ring around the FOV, unrolled: the strips above and below, as wide as the canvas, then those at the sides.
        var around = new Draws(seed, RandomStream.Placement, (uint)index, 1);
        double border = grid.Margin * grid.PixelSizeUm, acrossShare = width / (width + fovHeight);
        Fill(inMargin, i =>
        {
            var z = around.Uniform(3 * i, depth.Min, depth.Max);
            var strip = around.Uniform(3 * i + 1);
            var across = around.Uniform(3 * i + 2, -1, 1);
            var side = across < 0 ? -1 : 1;
            var distance = Math.Abs(across) * border;
            return strip < acrossShare
                ? new Position(z, side * (fovHeight / 2 + distance), (strip / acrossShare - 0.5) * width)
                : new Position(z, ((strip - acrossShare) / (1 - acrossShare) - 0.5) * fovHeight, side * (fovWidth / 2 + distance));
        });
        return positions;

        void Fill(int count, Func<uint, Position> draw)
        {
            var tries = spacing is null ? count : Math.Max(1000L, 100L * count);
            var target = positions.Count + count;
            for (uint i = 0; i < tries && positions.Count < target; i++)
            {
                var position = draw(i);
                if (spacing is null || spacing.TryAdd(position)) positions.Add(position);
            }
        }
    }

    /// <summary>Keeps centres apart. Bins are lateral squares no smaller than the distance, so that only nine of them have to
    /// be looked at, and about as many as cells.</summary>
    private sealed class Spacing
    {
        private readonly double _distance, _bin, _top, _left;
        private readonly int _rows, _cols;
        private readonly int[] _first;
        private readonly List<(Position Position, int Next)> _cells = [];

        public Spacing(double distanceUm, double heightUm, double widthUm, int count)
        {
            _distance = distanceUm;
            _bin = Math.Max(distanceUm, Math.Sqrt(heightUm * widthUm / Math.Max(count, 1)));
            (_top, _left) = (-heightUm / 2, -widthUm / 2);
            (_rows, _cols) = ((int)(heightUm / _bin) + 1, (int)(widthUm / _bin) + 1);
            _first = new int[_rows * _cols];
            Array.Fill(_first, -1);
        }

        public bool TryAdd(Position p)
        {
            int row = Math.Clamp((int)((p.Y - _top) / _bin), 0, _rows - 1), col = Math.Clamp((int)((p.X - _left) / _bin), 0, _cols - 1);
            for (var r = Math.Max(row - 1, 0); r <= Math.Min(row + 1, _rows - 1); r++)
                for (var c = Math.Max(col - 1, 0); c <= Math.Min(col + 1, _cols - 1); c++)
                    for (var i = _first[r * _cols + c]; i >= 0; i = _cells[i].Next)
                    {
                        var q = _cells[i].Position;
                        double dz = p.Z - q.Z, dy = p.Y - q.Y, dx = p.X - q.X;
                        if (dz * dz + dy * dy + dx * dx < _distance * _distance) return false;
                    }
            _cells.Add((p, _first[row * _cols + col]));
            _first[row * _cols + col] = _cells.Count - 1;
            return true;
        }
    }
}
