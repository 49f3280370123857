using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;

namespace Minisim.Tests;

/// <summary>Dependencies point one way, as the architecture says.</summary>
public partial class ArchitectureTests
{
    /// <summary>Every folder of the library, and the folders that its types may refer to; "" is the root.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        // The rules that fields of specs carry: attributes, positions, problems.
        ["Spec/Rules"] = [],
        ["Numerics"] = [],
        ["Random"] = ["Numerics"],
        ["Acquisition"] = ["Spec/Rules", "Numerics"],
        ["Scene"] = ["Spec/Rules", "Numerics", "Random", "Acquisition"],
        ["Truth"] = ["Spec/Rules", "Numerics", "Acquisition", "Scene"],
        // A recipe is made of steps, and a step knows the recipe that it is in.
        ["Spec"] = ["Spec/Rules", "Numerics", "Acquisition", "Scene", "Steps", "Presets", ""],
        ["Steps"] = ["Spec/Rules", "Numerics", "Random", "Acquisition", "Scene", "Truth", "Spec"],
        ["Rendering"] = ["Spec/Rules", "Numerics", "Random", "Scene", "Truth"],
        ["Presets"] = ["Spec/Rules", "Acquisition", "Scene", "Spec", "Steps"],
        ["Metrics"] = ["Spec/Rules", "Numerics", "Random", "Acquisition", "Scene", "Truth"],
        [""] = ["Spec/Rules", "Numerics", "Random", "Acquisition", "Scene", "Truth", "Spec", "Steps", "Rendering", "Presets", "Metrics"],
    };

    [Fact]
    public void Every_folder_refers_only_to_what_it_is_allowed_to()
    {
        var rooms = RoomsOfTypes();
        Assert.Equal(Allowed.Keys.Order(), rooms.Values.Distinct().Order());
        var broken = References(typeof(Simulator).Assembly.Location)
            .Where(r => rooms.ContainsKey(r.From) && rooms.ContainsKey(r.To))
            .Select(r => (From: rooms[r.From], To: rooms[r.To], Text: $"{r.From} ({rooms[r.From]}/) refers to {r.To} ({rooms[r.To]}/)"))
            .Where(r => r.From != r.To && !Allowed[r.From].Contains(r.To))
            .Select(r => r.Text).Distinct().Order().ToArray();
        Assert.True(broken.Length == 0, string.Join(Environment.NewLine, broken));
    }

    [Fact]
    public void Neither_the_scene_nor_the_truth_nor_the_renderer_knows_a_step()
    {
        var rooms = RoomsOfTypes();
        var references = References(typeof(Simulator).Assembly.Location);
        // The reading of references sees what there is to see.
        Assert.Contains(references, r => r.From == "Simulator" && rooms.GetValueOrDefault(r.To) == "Steps");
        foreach (var room in new[] { "Scene", "Truth", "Rendering", "Metrics" })
            Assert.DoesNotContain(references, r => rooms.GetValueOrDefault(r.From) == room && rooms.GetValueOrDefault(r.To) == "Steps");
    }

    [Fact]
    public void The_library_knows_neither_formats_nor_the_command_line()
    {
        var references = typeof(Simulator).Assembly.GetReferencedAssemblies().Select(a => a.Name!).ToArray();
        Assert.All(references, r => Assert.True(r.StartsWith("System.", StringComparison.Ordinal) || r == "netstandard", r));
        Assert.DoesNotContain("minisim-cli", typeof(Minisim.Formats.Zarr.ZarrRecording).Assembly.GetReferencedAssemblies().Select(a => a.Name));
    }

    /// <summary>docs/architecture.md draws the rooms: every folder, with what it may use, as it is enforced here.</summary>
    [Fact]
    public void The_drawing_of_the_house_shows_the_rooms_as_they_are()
    {
        var text = File.ReadAllText(Path.Combine(Root(), "docs", "architecture.md"));
        var drawn = Row().Matches(text).ToDictionary(m => m.Groups[1].Value.Trim('`').Trim('/'), m => m.Groups[2].Value);
        foreach (var (room, allowed) in Allowed)
        {
            var name = room.Length == 0 ? "(root)" : room;
            Assert.True(drawn.TryGetValue(name, out var uses), $"docs/architecture.md has no row for {name}");
            Assert.Equal(allowed.Where(a => a.Length > 0).Order(), Regex.Matches(uses, "`([^`]+)`").Select(m => m.Groups[1].Value).Order());
        }
    }

    [Fact]
    public void The_drawing_of_the_house_names_every_step()
    {
        var text = File.ReadAllText(Path.Combine(Root(), "docs", "architecture.md"));
        Assert.All(Steps.StepCatalogKinds(), kind => Assert.True(text.Contains(kind, StringComparison.Ordinal),
            $"docs/architecture.md does not name {kind}: add it to \"The steps, in the order in which they act\""));
    }

    private static class Steps
    {
        public static IEnumerable<string> StepCatalogKinds() => Minisim.Steps.StepCatalog.Kinds.Select(k => k.Kind);
    }

    /// <summary>Folder of every type of the library that is declared at the top of a file.</summary>
    private static Dictionary<string, string> RoomsOfTypes()
    {
        var source = Path.Combine(Root(), "src", "Minisim");
        var rooms = new Dictionary<string, string>();
        foreach (var file in Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories))
        {
            var folder = Path.GetRelativePath(source, Path.GetDirectoryName(file)!).Replace('\\', '/');
            if (folder.StartsWith("obj", StringComparison.Ordinal) || folder.StartsWith("bin", StringComparison.Ordinal)) continue;
            var room = folder == "." ? "" : folder == "Spec/Rules" ? folder : folder.Split('/')[0];
            foreach (Match match in Declaration().Matches(File.ReadAllText(file))) rooms[match.Groups[1].Value] = room;
        }
        return rooms;
    }

    /// <summary>Which types a type refers to in its signatures and its code, by metadata; nested types count as the one they are in.</summary>
    private static HashSet<(string From, string To)> References(string assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        var reader = file.GetMetadataReader();
        var found = new HashSet<(string, string)>();
        string Outer(TypeDefinitionHandle handle)
        {
            var type = reader.GetTypeDefinition(handle);
            while (!type.GetDeclaringType().IsNil) type = reader.GetTypeDefinition(type.GetDeclaringType());
            return reader.GetString(type.Name).Split('`')[0];
        }
        var owners = new Dictionary<EntityHandle, string>();
        foreach (var handle in reader.TypeDefinitions)
            foreach (var method in reader.GetTypeDefinition(handle).GetMethods()) owners[method] = Outer(handle);
        foreach (var handle in reader.TypeDefinitions)
            foreach (var field in reader.GetTypeDefinition(handle).GetFields()) owners[field] = Outer(handle);

        foreach (var handle in reader.TypeDefinitions)
        {
            var type = reader.GetTypeDefinition(handle);
            var from = Outer(handle);
            var names = new TypeNames(reader, Outer);
            void Add(IEnumerable<string> types)
            {
                foreach (var to in types)
                    if (to != from) found.Add((from, to));
            }
            if (!type.BaseType.IsNil) Add(names.Of(type.BaseType));
            foreach (var implemented in type.GetInterfaceImplementations()) Add(names.Of(reader.GetInterfaceImplementation(implemented).Interface));
            foreach (var field in type.GetFields()) Add(reader.GetFieldDefinition(field).DecodeSignature(names, null));
            foreach (var method in type.GetMethods())
            {
                var definition = reader.GetMethodDefinition(method);
                var signature = definition.DecodeSignature(names, null);
                Add([.. signature.ReturnType, .. signature.ParameterTypes.SelectMany(p => p)]);
                if (definition.RelativeVirtualAddress == 0) continue;
                var body = file.GetMethodBody(definition.RelativeVirtualAddress);
                if (!body.LocalSignature.IsNil) Add(reader.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(names, null).SelectMany(l => l));
                // Every four bytes that are a token of ours: operands are among them, and what is not one is no table's row.
                var code = body.GetILBytes()!;
                for (var i = 1; i + 4 <= code.Length; i++)
                {
                    var token = BitConverter.ToInt32(code, i);
                    if (OpCodeTakesToken(code, i - 1)) Add(names.OfToken(token, owners));
                }
            }
        }
        return found;
    }

    // call, callvirt, newobj, ldobj, castclass, isinst, unbox, ldfld, ldflda, stfld, ldsfld, ldsflda, stsfld, box, newarr, ldelema, ldelem, stelem, unbox.any, ldtoken; and with the
    // prefix: ldftn, ldvirtftn, initobj, sizeof, constrained.
    private static bool OpCodeTakesToken(byte[] code, int at) =>
        code[at] is 0x28 or 0x6F or 0x73 or 0x71 or 0x74 or 0x75 or 0x79 or >= 0x7B and <= 0x81 or 0x8C or 0x8D or 0x8F or 0xA3 or 0xA4 or 0xA5 or 0xD0
        || at > 0 && code[at - 1] == 0xFE && code[at] is 0x06 or 0x07 or 0x15 or 0x16 or 0x1C;

    /// <summary>Names of the types of this assembly in signatures and behind tokens.</summary>
    private sealed class TypeNames(MetadataReader reader, Func<TypeDefinitionHandle, string> outer) : ISignatureTypeProvider<IEnumerable<string>, object?>
    {
        public IEnumerable<string> Of(EntityHandle handle) => handle.Kind switch
        {
            HandleKind.TypeDefinition => [outer((TypeDefinitionHandle)handle)],
            HandleKind.TypeSpecification => reader.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(this, null),
            _ => [],
        };

        public IEnumerable<string> OfToken(int token, Dictionary<EntityHandle, string> owners)
        {
            var kind = (HandleKind)((uint)token >> 24);
            var row = token & 0xFFFFFF;
            if (row == 0 || kind is not (HandleKind.TypeDefinition or HandleKind.MethodDefinition or HandleKind.FieldDefinition or HandleKind.MemberReference or HandleKind.MethodSpecification or HandleKind.TypeSpecification)) return [];
            if (row > reader.GetTableRowCount((TableIndex)((uint)token >> 24))) return [];
            var handle = (EntityHandle)MetadataTokens.Handle(token);
            switch (handle.Kind)
            {
                case HandleKind.MethodDefinition or HandleKind.FieldDefinition:
                    return owners.TryGetValue(handle, out var owner) ? [owner] : [];
                case HandleKind.MemberReference:
                    return Of(reader.GetMemberReference((MemberReferenceHandle)handle).Parent);
                case HandleKind.MethodSpecification:
                    var specification = reader.GetMethodSpecification((MethodSpecificationHandle)handle);
                    return [.. specification.DecodeSignature(this, null).SelectMany(t => t),
                        .. OfToken(MetadataTokens.GetToken(specification.Method), owners)];
                default:
                    return Of(handle);
            }
        }

        public IEnumerable<string> GetArrayType(IEnumerable<string> element, ArrayShape shape) => element;
        public IEnumerable<string> GetByReferenceType(IEnumerable<string> element) => element;
        public IEnumerable<string> GetFunctionPointerType(MethodSignature<IEnumerable<string>> signature) => [.. signature.ReturnType, .. signature.ParameterTypes.SelectMany(p => p)];
        public IEnumerable<string> GetGenericInstantiation(IEnumerable<string> type, System.Collections.Immutable.ImmutableArray<IEnumerable<string>> arguments) => [.. type, .. arguments.SelectMany(a => a)];
        public IEnumerable<string> GetGenericMethodParameter(object? context, int index) => [];
        public IEnumerable<string> GetGenericTypeParameter(object? context, int index) => [];
        public IEnumerable<string> GetModifiedType(IEnumerable<string> modifier, IEnumerable<string> unmodified, bool isRequired) => unmodified;
        public IEnumerable<string> GetPinnedType(IEnumerable<string> element) => element;
        public IEnumerable<string> GetPointerType(IEnumerable<string> element) => element;
        public IEnumerable<string> GetPrimitiveType(PrimitiveTypeCode code) => [];
        public IEnumerable<string> GetSZArrayType(IEnumerable<string> element) => element;
        public IEnumerable<string> GetTypeFromDefinition(MetadataReader metadata, TypeDefinitionHandle handle, byte kind) => [outer(handle)];
        public IEnumerable<string> GetTypeFromReference(MetadataReader metadata, TypeReferenceHandle handle, byte kind) => [];
        public IEnumerable<string> GetTypeFromSpecification(MetadataReader metadata, object? context, TypeSpecificationHandle handle, byte kind) => metadata.GetTypeSpecification(handle).DecodeSignature(this, context);
    }

    [GeneratedRegex(@"^(?:public |internal )?(?:(?:static|sealed|abstract|readonly|partial|unsafe|ref) )*(?:class|struct|interface|enum|record struct|record|delegate [\w<>]+) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"^\| (`[^`]+`|\(root\)) \|[^|]*\| ([^|]*) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    /// <summary>The repository, found upwards from the tests.</summary>
    internal static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Minisim.slnx"))) folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("Minisim.slnx is not above the tests");
    }
}
