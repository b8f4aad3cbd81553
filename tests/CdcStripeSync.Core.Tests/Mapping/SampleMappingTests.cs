using CdcStripeSync.Core.Catalogue;
using CdcStripeSync.Core.Mapping;

namespace CdcStripeSync.Core.Tests.Mapping;

public sealed class SampleMappingTests
{
    [Theory]
    [InlineData("mapping.yaml")]
    [InlineData("mapping.mariadb.yaml")]
    public void Sample_Read_HasNoErrors(string file)
    {
        var reading = MappingFile.Read(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "samples", "shop", file)), file, StripeCatalogue.Load());

        Assert.Empty(reading.Errors);
        Assert.Equal(["product", "price", "customer"], reading.Mapping!.Resources.Select(r => r.Name));
    }
}
