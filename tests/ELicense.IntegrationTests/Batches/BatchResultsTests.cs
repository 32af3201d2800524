using ELicense.Core;
using ELicense.Issuance.Batches;
using Xunit;

namespace ELicense.IntegrationTests.Batches;

public sealed class BatchResultsTests
{
    private static readonly BatchRow[] Rows =
    [
        new(1, RowOutcome.New, "done", "91350100M000100Y43", 1, "4401-0000000001", null),
        new(2, RowOutcome.Rejected, "rejected", "=cmd|'/c calc'!A1", null, null, new Refusal("formula", "a \"quoted\", long\nmessage")),
    ];

    [Fact]
    public void A_cell_that_a_spreadsheet_would_execute_is_text_in_the_CSV()
    {
        using var writer = new StringWriter();

        BatchResults.WriteCsv(Rows, writer);

        Assert.Equal(
            "row,outcome,state,creditCode,licenseNumber,code,message\r\n1,new,done,91350100M000100Y43,4401-0000000001,,\r\n" +
            "2,rejected,rejected,'=cmd|'/c calc'!A1,,formula,\"a \"\"quoted\"\", long\nmessage\"\r\n",
            writer.ToString());
    }

    [Fact]
    public void NDJSON_has_an_object_a_line_without_absent_members()
    {
        using var writer = new StringWriter();

        BatchResults.WriteNdjson(Rows[..1], writer);

        Assert.Equal(
            """{"row":1,"outcome":"new","state":"done","creditCode":"91350100M000100Y43","licenseNumber":"4401-0000000001"}""" + "\n", writer.ToString());
    }
}
