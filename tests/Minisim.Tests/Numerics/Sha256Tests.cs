using System.Security.Cryptography;
using Minisim.Numerics;

namespace Minisim.Tests.Numerics;

public class Sha256Tests
{
    [Fact]
    public void Every_length_hashes_as_the_framework_does()
    {
        var random = new System.Random(3);
        for (var length = 0; length < 300; length++)
        {
            var data = new byte[length];
            random.NextBytes(data);
            Assert.Equal(SHA256.HashData(data), Sha256.Hash(data));
        }
    }

    [Fact]
    public void No_source_asks_the_system_s_cryptography()
    {
        // It goes through OpenSSL, and a bare machine has none. (The studio's token is a secret, and its sockets need it anyway.)
        foreach (var project in (string[])["Minisim", "Minisim.Formats", "Minisim.Cli"])
            foreach (var file in Directory.EnumerateFiles(Path.Combine(ArchitectureTests.Root(), "src", project), "*.cs", SearchOption.AllDirectories))
                Assert.DoesNotContain("System.Security.Cryptography", File.ReadAllText(file));
    }
}
