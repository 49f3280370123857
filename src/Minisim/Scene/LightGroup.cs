namespace Minisim.Scenes;

/// <summary>Things that shine: where, and how brightly in every frame. Cells are one group; focal planes, background cells and injected cells
/// are more of them. The renderer knows groups, no cells.</summary>
/// <param name="Shapes">A shape on the canvas for every source.</param>
/// <param name="Light">Its light, frame by frame.</param>
internal sealed record LightGroup(IFootprints Shapes, IEmission Light);
