// Runs the Hub's JavaScript client against one hub and prints what it saw as JSON.
import { downloadFile, fileDownloadInfo, listModels, modelInfo } from "@huggingface/hub";

const hubUrl = process.argv[2];

async function all(parameters) {
  const found = [];
  for await (const model of listModels({ hubUrl, ...parameters })) found.push(model);
  return found;
}

async function refusal(call) {
  try {
    await call();
    return null;
  } catch (error) {
    return { status: error.statusCode ?? null, message: error.message, requestId: error.requestId ?? null };
  }
}

const info = (name, more = {}) => modelInfo({ name, hubUrl, ...more });
const card = (name) => ({ repo: { type: "model", name }, path: "README.md", hubUrl });

const downloaded = await downloadFile(card("maker1/model-1"));
const cardInfo = await fileDownloadInfo(card("maker1/model-1"));

console.log(
  JSON.stringify({
    listed: (await all({})).map(({ id, name, updatedAt }) => ({ id, name, updatedAt })),
    first: (await all({ limit: 7, sort: "createdAt" })).length,
    chosen: (await all({ search: { owner: "maker1", tags: ["gguf", "en"] }, additionalFields: ["cardData", "tags"] })).map(
      ({ name, cardData, tags }) => ({ name, licence: cardData.license, tags }),
    ),
    detail: await info("maker1/model-1", { additionalFields: ["sha"] }),
    renamed: (await info("maker0/old-name")).name,
    card: await downloaded.text(),
    cardInfo: { etag: cardInfo.etag, size: cardInfo.size },
    renamedCard: await (await downloadFile(card("maker0/old-name"))).text(),
    noCard: await fileDownloadInfo(card("maker0/model-0")),
    missing: await refusal(() => info("no/body")),
    missingToUser: await refusal(() => info("no/body", { accessToken: "hf_invented" })),
    gated: await refusal(() => info("maker0/gated")),
    gatedToUser: await refusal(() => info("maker0/gated", { accessToken: "hf_invented" })),
    gatedCard: await refusal(() => downloadFile(card("maker0/gated"))),
    disabled: await refusal(() => info("maker0/disabled")),
    badRevision: await refusal(() => info("maker1/model-1", { revision: "v9" })),
    badExpand: await refusal(() => all({ additionalFields: ["secrets"] })),
  }),
);
