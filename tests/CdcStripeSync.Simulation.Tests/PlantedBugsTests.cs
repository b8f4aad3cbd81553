using System.Diagnostics;

namespace CdcStripeSync.Simulation.Tests;

/// <summary>The bugs that <c>make planted</c> plants: a patch that no longer fits the source would show nothing.</summary>
public sealed class PlantedBugsTests
{
    private static readonly string Root = FindRoot();

    public static TheoryData<string> Patches => [.. Directory.GetFiles(Path.Combine(Root, "tests", "planted"), "*.patch").Select(p => Path.GetFileName(p)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Patches))]
    public void Patch_OfAPlantedBug_FitsTheSource(string patch)
    {
        var start = new ProcessStartInfo("patch", ["--dry-run", "--silent", "-p1", "-d", Root, "-i", Path.Combine(Root, "tests", "planted", patch)]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var said = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"tests/planted/{patch} does not fit any more: {said}");
    }

    [Fact]
    public void PlantedBugs_AreFiveAtLeast() => Assert.True(Patches.Count >= 5);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "CdcStripeSync.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("the repository's root, where CdcStripeSync.sln stands, was not found above the tests");
    }
}
